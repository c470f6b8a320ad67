import * as sql from "../measures.ts";
import type { Needs } from "../measures.ts";
import { BN, LP, STD, measure, needs, report, strictly, type Claim } from "./claim.ts";

const landscape = (...arms: string[]): Needs => needs("landscape", [0.1], ...arms);
const deep = (rate: number, ...arms: string[]): Needs => needs("deep-linear", [rate], ...arms);
const both = landscape(BN, STD);
const deepBoth = deep(1e-6, BN, STD);
const [everyP, deepEveryP] = [landscape(...Object.keys(LP), STD), deep(1e-6, ...Object.keys(LP), STD)];

/** What C12 to C14 ask of BatchNorm, of any arms: their least. */
const smoother = (vgg: Needs, dln: Needs, paper: readonly number[], who: string) => ({
  loss: [
    measure(
      `loss band narrower ${who}: % of the first third's records`,
      vgg,
      sql.narrower(vgg, "gradient_steps", "loss"),
      "at least",
      80,
      paper[0],
    ),
    measure(
      `loss band of standard, times that ${who} (geometric mean, first third)`,
      vgg,
      sql.widthRatio(vgg, "gradient_steps", "loss"),
      "at least",
      3,
      paper[1],
    ),
  ],
  gradient: [
    measure(
      `gradient band of standard, times that ${who}, VGG (first third)`,
      vgg,
      sql.widthRatio(vgg, "gradient_steps", "gradient_difference"),
      "at least",
      3,
      paper[2],
    ),
    measure(
      `gradient band of standard, times that ${who}, deep linear (first third)`,
      dln,
      sql.widthRatio(dln, "gradient_steps", "gradient_difference"),
      "at least",
      10,
      paper[3],
    ),
  ],
  beta: [
    measure(`sd of beta ${who} over that of standard, VGG`, vgg, sql.betaSpread(vgg), "at most", 0.5, paper[4]),
    measure(
      `largest beta of standard over that ${who}, deep linear`,
      dln,
      sql.betaLargest(dln),
      "at least",
      10,
      paper[5],
    ),
  ],
});
const withBatchNorm = smoother(both, deepBoth, [94, 6.5, 5.3, 209, 0.22, 1.49e8], "with BatchNorm");
const withAnyP = smoother(everyP, deepEveryP, [94, 4.1, 3.97, 280, 0.283, 5.34e7], "with the worst of L1, L2, L∞");

/** The landscape along the gradient and in random directions, with BatchNorm and l_p normalizations. */
export const SMOOTHNESS: readonly Claim[] = [
  { id: "C12", statement: "With BatchNorm the loss varies less along the gradient.", measures: withBatchNorm.loss },
  { id: "C13", statement: "With BatchNorm gradients are more predictive.", measures: withBatchNorm.gradient },
  {
    id: "C14",
    statement: "With BatchNorm effective beta-smoothness is lower and steadier.",
    measures: withBatchNorm.beta,
  },
  {
    id: "C15",
    statement: "Over longer steps BatchNorm stays smooth; the standard network explodes.",
    measures: [
      measure(
        "growth of the gradient difference from shortest to longest step: standard over BatchNorm, VGG",
        both,
        sql.growth(both),
        "at least",
        2,
        2.47,
      ),
      measure("the same, deep linear", deepBoth, sql.growth(deepBoth), "at least", 2, 7.0),
    ],
  },
  {
    id: "C16",
    statement: "The same holds in random directions.",
    measures: [
      strictly(
        "loss band of standard over that with BatchNorm (geometric mean, first third)",
        both,
        sql.widthRatio(both, "random_steps", "loss"),
        "at least",
        1,
      ),
      strictly(
        "gradient band of standard over that with BatchNorm (geometric mean, first third)",
        both,
        sql.widthRatio(both, "random_steps", "gradient_difference"),
        "at least",
        1,
      ),
    ],
  },
  {
    id: "C17",
    statement: "Any l_p normalization trains VGG like BatchNorm.",
    measures: Object.entries(LP).map(([arm, name], i) =>
      measure(
        `mean accuracy over the first third: ${name} from BatchNorm, points`,
        landscape(arm, BN),
        sql.meanAccuracy(landscape(arm, BN), BN, sql.FIRST_THIRD, true),
        "at most",
        3,
        [0.89, 0.25, 0.92][i],
      ),
    ),
  },
  {
    id: "C18",
    statement:
      "In the deep linear network L1 is faster than BatchNorm, L2 like it, and all three beat the standard network.",
    measures: [
      measure(
        "loss at 10 % of training: L1 over BatchNorm",
        deep(1e-6, "l1Norm", BN),
        sql.lossRatio(deep(1e-6, "l1Norm", BN), BN, 0.1),
        "at most",
        0.9,
        0.86,
      ),
      measure(
        "loss at 10 % of training: L2 from BatchNorm, relative",
        deep(1e-6, "l2Norm", BN),
        sql.lossApart(deep(1e-6, "l2Norm", BN), BN, 0.1),
        "at most",
        0.25,
        0.17,
      ),
      ...(
        [
          [BN, "BatchNorm", 0.29],
          ["l1Norm", "L1", 0.0587],
          ["l2Norm", "L2", 0.29],
        ] as const
      ).map(([arm, name, paper]) =>
        strictly(
          `final loss: ${name} over standard`,
          deep(1e-6, arm, STD),
          sql.lossRatio(deep(1e-6, arm, STD), STD),
          "at most",
          1,
          paper,
        ),
      ),
      report(
        "final loss: L∞ over standard",
        deep(1e-6, "lInfNorm", STD),
        sql.lossRatio(deep(1e-6, "lInfNorm", STD), STD),
        "at most",
        1,
        0.59,
      ),
    ],
  },
  {
    id: "C19",
    statement:
      "l_p networks have less normal and less stable distributions than the standard network, yet a smoother landscape.",
    measures: [
      strictly(
        "median excess kurtosis above that of standard, least of L1, L2, L∞",
        everyP,
        sql.medianAbove(everyP, STD, "moments", "excess_kurtosis", "min", "unit IS NULL"),
        "at least",
        0,
      ),
      strictly(
        "median change of the layer's variance in 100 steps over that of standard, least of L1, L2, L∞",
        everyP,
        sql.momentChange(everyP, STD, "variance", "IS NULL"),
        "at least",
        1,
      ),
      // Behind these normalizations a unit's mean is its shift.
      report("the same of the layer's mean", everyP, sql.momentChange(everyP, STD, "mean", "IS NULL"), "at least", 1),
      ...withAnyP.loss,
      ...withAnyP.gradient,
      ...withAnyP.beta,
    ],
  },
];
