import { measure, needs, report, type Claim, type Needs } from "../../claim.ts";
import * as sql from "../measures.ts";
import { BN, LP, STD } from "./arms.ts";

const landscape = (...arms: string[]): Needs => needs("landscape", [0.1], ...arms);
const deep = (rate: number, ...arms: string[]): Needs => needs("deep-linear", [rate], ...arms);
const both = landscape(BN, STD);
const deepBoth = deep(1e-6, BN, STD);
const [everyP, deepEveryP] = [landscape(...Object.keys(LP), STD), deep(1e-6, ...Object.keys(LP), STD)];

/** What C12 to C14 ask of BatchNorm, of any arms: their least. */
const smoother = (vgg: Needs, dln: Needs, paper: readonly number[], who: string) => ({
  loss: [
    measure({
      what: `loss band narrower ${who}: % of the first third's records`,
      unit: "%",
      needs: vgg,
      sql: sql.narrower(vgg, "gradient_steps", "loss"),
      atLeast: 80,
      paperValue: paper[0],
      why: "nearly all records; it leaves room for those of the first steps",
    }),
    measure({
      what: `loss band of standard, times that ${who} (geometric mean, first third)`,
      unit: "×",
      needs: vgg,
      sql: sql.widthRatio(vgg, "gradient_steps", "loss"),
      atLeast: 3,
      paperValue: paper[1],
      why: "half of the paper's ratio, as seeds differ by about as much",
    }),
  ],
  gradient: [
    measure({
      what: `gradient band of standard, times that ${who}, VGG (first third)`,
      unit: "×",
      needs: vgg,
      sql: sql.widthRatio(vgg, "gradient_steps", "gradient_difference"),
      atLeast: 3,
      paperValue: paper[2],
      why: "the two orders of magnitude of the text are single records' at their largest",
    }),
    measure({
      what: `gradient band of standard, times that ${who}, deep linear (first third)`,
      unit: "×",
      needs: dln,
      sql: sql.widthRatio(dln, "gradient_steps", "gradient_difference"),
      atLeast: 10,
      paperValue: paper[3],
      why: "an order of magnitude; the paper's one draw is at 209",
    }),
  ],
  beta: [
    measure({
      what: `sd of beta ${who} over that of standard, VGG`,
      unit: "×",
      needs: vgg,
      sql: sql.betaSpread(vgg),
      atMost: 0.5,
      paperValue: paper[4],
      why: "steadier by half; the paper's curve by more than four times",
    }),
    measure({
      what: `largest beta of standard over that ${who}, deep linear`,
      unit: "×",
      needs: dln,
      sql: sql.betaLargest(dln),
      atLeast: 10,
      paperValue: paper[5],
      why: "an order of magnitude; the paper's value is that of one draw",
    }),
  ],
});
const withBatchNorm = smoother(both, deepBoth, [94, 6.5, 5.3, 209, 0.22, 1.49e8], "with BatchNorm");
const withAnyP = smoother(everyP, deepEveryP, [94, 4.1, 3.97, 280, 0.283, 5.34e7], "with the worst of L1, L2, L∞");

/** The landscape along the gradient and in random directions, with BatchNorm and l_p normalizations. */
export const SMOOTHNESS_CLAIMS: readonly Claim[] = [
  {
    claimId: "C12",
    statement: "With BatchNorm the loss varies less along the gradient.",
    measures: withBatchNorm.loss,
  },
  { claimId: "C13", statement: "With BatchNorm gradients are more predictive.", measures: withBatchNorm.gradient },
  {
    claimId: "C14",
    statement: "With BatchNorm effective beta-smoothness is lower and steadier.",
    measures: withBatchNorm.beta,
  },
  {
    claimId: "C15",
    statement: "Over longer steps BatchNorm stays smooth; the standard network explodes.",
    measures: [
      measure({
        what: "growth of the gradient difference from shortest to longest step: standard over BatchNorm, VGG",
        unit: "×",
        needs: both,
        sql: sql.growth(both),
        atLeast: 2,
        paperValue: 2.47,
        why: "the paper's 2.5 with some room",
      }),
      measure({
        what: "growth of the gradient difference from shortest to longest step: standard over BatchNorm, deep linear",
        needs: deepBoth,
        sql: sql.growth(deepBoth),
        atLeast: 2,
        paperValue: 7.0,
        why: "as for VGG; the paper's curves have 7",
      }),
    ],
  },
  {
    claimId: "C16",
    statement: "The same holds in random directions.",
    measures: [
      measure({
        what: "loss band of standard over that with BatchNorm (geometric mean, first third)",
        unit: "×",
        needs: both,
        sql: sql.widthRatio(both, "random_steps", "loss"),
        above: 1,
        why: "the paper says so of random directions too, and shows no figure",
      }),
      measure({
        what: "gradient band of standard over that with BatchNorm (geometric mean, first third)",
        unit: "×",
        needs: both,
        sql: sql.widthRatio(both, "random_steps", "gradient_difference"),
        above: 1,
        why: "the paper says so of random directions too, and shows no figure",
      }),
    ],
  },
  {
    claimId: "C17",
    statement: "Any l_p normalization trains VGG like BatchNorm.",
    measures: Object.entries(LP).map(([arm, name], i) =>
      measure({
        what: `mean accuracy over the first third: ${name} from BatchNorm, points`,
        unit: "points",
        needs: landscape(arm, BN),
        sql: sql.meanAccuracy(landscape(arm, BN), BN, sql.FIRST_THIRD, true),
        atMost: 3,
        paperValue: [0.89, 0.25, 0.92][i],
        why: "three times the largest difference in the paper, as seeds differ by about a point",
      }),
    ),
  },
  {
    claimId: "C18",
    statement:
      "In the deep linear network L1 is faster than BatchNorm, L2 like it, and all three beat the standard network.",
    measures: [
      measure({
        what: "loss at 10 % of training: L1 over BatchNorm",
        unit: "×",
        needs: deep(1e-6, "l1Norm", BN),
        sql: sql.lossRatio(deep(1e-6, "l1Norm", BN), BN, 0.1),
        atMost: 0.9,
        paperValue: 0.86,
        why: "who is ahead at the end is luck of the seed, at which saddles are left; here L1 is in every rerun",
      }),
      measure({
        what: "loss at 10 % of training: L2 from BatchNorm, relative",
        needs: deep(1e-6, "l2Norm", BN),
        sql: sql.lossApart(deep(1e-6, "l2Norm", BN), BN, 0.1),
        atMost: 0.25,
        paperValue: 0.17,
        why: "reruns agree within 2 %",
      }),
      ...(
        [
          [BN, "BatchNorm", 0.29],
          ["l1Norm", "L1", 0.0587],
          ["l2Norm", "L2", 0.29],
        ] as const
      ).map(([arm, name, paper]) =>
        measure({
          what: `final loss: ${name} over standard`,
          unit: "×",
          needs: deep(1e-6, arm, STD),
          sql: sql.lossRatio(deep(1e-6, arm, STD), STD),
          below: 1,
          paperValue: paper,
          why: "'faster' is a lower loss; how much lower is luck of the seed",
        }),
      ),
      report({
        what: "final loss: L∞ over standard",
        unit: "×",
        needs: deep(1e-6, "lInfNorm", STD),
        sql: sql.lossRatio(deep(1e-6, "lInfNorm", STD), STD),
        atMost: 1,
        paperValue: 0.59,
        why: "the paper's curve is below, and reruns on either side",
      }),
    ],
  },
  {
    claimId: "C19",
    statement:
      "l_p networks have less normal and less stable distributions than the standard network, yet a smoother landscape.",
    measures: [
      measure({
        what: "median excess kurtosis above that of standard, least of L1, L2, L∞",
        needs: everyP,
        sql: sql.medianAbove(everyP, STD, "moments", "excess_kurtosis", "min", "unit IS NULL"),
        above: 0,
        why: "less normal is a larger excess; no figure gives a number",
      }),
      measure({
        what: "median change of the layer's variance in 100 steps over that of standard, least of L1, L2, L∞",
        unit: "×",
        needs: everyP,
        sql: sql.momentChange(everyP, STD, "variance", "IS NULL"),
        above: 1,
        why: "less stable is a larger change; no figure gives a number",
      }),
      // Behind these normalizations a unit's mean is its shift.
      report({
        what: "the same of the layer's mean",
        needs: everyP,
        sql: sql.momentChange(everyP, STD, "mean", "IS NULL"),
        atLeast: 1,
        why: "after these normalizations a unit's mean is its shift, which says little",
      }),
      ...withAnyP.loss,
      ...withAnyP.gradient,
      ...withAnyP.beta,
    ],
  },
];
