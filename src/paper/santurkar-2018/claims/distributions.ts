import { formatNumber } from "../../../view/numbers.ts";
import { measure, needs, report, type Claim, type Needs } from "../../claim.ts";
import * as sql from "../measures.ts";
import { BN, STD } from "./arms.ts";

const speed = needs("learning-rates", [0.1], BN, STD);
const noisy = (...arms: string[]): Needs => needs("noisy-batchnorm", [0.1], ...arms);
const shift = needs("internal-covariate-shift", [0.1], BN, STD);
const deep = (rate: number, ...arms: string[]): Needs => needs("deep-linear", [rate], ...arms);

/** Whether steadier distributions, or less internal covariate shift, are why. */
export const DISTRIBUTION_CLAIMS: readonly Claim[] = [
  {
    claimId: "C4",
    statement: "Distributions of activations move about as much with BatchNorm as without.",
    measures: [
      report({
        what: "Wasserstein-1 distance between records over own deviation: BatchNorm over standard (1: equal)",
        unit: "×",
        needs: speed,
        sql: sql.histogramDrift(speed, STD),
        atMost: 1,
        why: "the paper judges by eye, and Figure 8 shows moments far steadier with BatchNorm",
      }),
    ],
  },
  {
    claimId: "C5",
    statement: "BatchNorm with noise after it trains nearly as well as BatchNorm.",
    measures: [
      measure({
        what: "mean accuracy: noisy BatchNorm from BatchNorm, points",
        unit: "points",
        needs: noisy("noisyBatchNorm", BN),
        sql: sql.meanAccuracy(noisy("noisyBatchNorm", BN), BN, "true", true),
        atMost: 4,
        paperValue: 1.69,
        why: "room above the 3.4 points of the first third",
      }),
      measure({
        what: "final accuracy: noisy BatchNorm from BatchNorm, points",
        unit: "points",
        needs: noisy("noisyBatchNorm", BN),
        sql: sql.finalAccuracy(noisy("noisyBatchNorm", BN), BN),
        atMost: 2,
        paperValue: 0.78,
        why: "twice the paper's; one image of a minibatch is 0.8 points",
      }),
    ],
  },
  {
    claimId: "C6",
    statement: "BatchNorm with noise after it trains faster than the standard network.",
    measures: [
      measure({
        what: "steps to 80 % minibatch accuracy: noisy BatchNorm over standard",
        unit: "×",
        needs: noisy("noisyBatchNorm", STD),
        sql: sql.stepsTo(noisy("noisyBatchNorm", STD), 0.8, "noisyBatchNorm", STD),
        atMost: 0.75,
        paperValue: 0.62,
        why: "the paper's 1,600 steps of 2,600, with room for seeds",
      }),
    ],
  },
  {
    claimId: "C7",
    statement: "Activations after the noise are less stable than the standard network's.",
    measures: (["mean", "variance"] as const).map((stat, i) => {
      const at = noisy("noisyBatchNorm", STD);
      return measure({
        what: `median change of a unit's ${stat} in 100 steps: noisy BatchNorm over standard, least of three layers`,
        unit: "×",
        needs: at,
        sql: sql.momentChange(at, STD, stat, "IS NOT NULL"),
        atLeast: 4,
        paperValue: [4.2, 8.3][i],
        why: "the least of the paper's layers and moments; the claim is of a clear difference",
      });
    }),
  },
  {
    claimId: "C8",
    statement: "The same noise in the standard network keeps it from training.",
    measures: [
      measure({
        what: "largest minibatch accuracy of the noisy standard network, %",
        unit: "%",
        needs: noisy("noisyStandard"),
        sql: sql.largestAccuracy(noisy("noisyStandard")),
        atMost: 20,
        why: "no figure shows it: near chance, of ten classes",
      }),
    ],
  },
  {
    claimId: "C9",
    statement: "BatchNorm does not reduce internal covariate shift in VGG.",
    measures: [
      measure({
        what: "median l2: BatchNorm over standard, least of two layers",
        unit: "×",
        needs: shift,
        sql: sql.medianRatio(shift, STD, "ics", "l2"),
        atLeast: 0.5,
        paperValue: 1.19,
        why: "less than half would be a reduction to speak of; the paper's curves give more shift with BatchNorm, not less",
      }),
      measure({
        what: "median cosine: BatchNorm minus standard, largest of two layers",
        needs: shift,
        sql: sql.medianAbove(shift, STD, "ics", "cosine", "max"),
        atMost: 0.1,
        paperValue: -0.012,
        why: "a rise of less than 0.1 is no reduction to speak of",
      }),
      measure({
        what: "l2 larger with BatchNorm: % of records of the first 20 % of steps, least of two layers",
        unit: "%",
        needs: shift,
        sql: sql.share(shift, STD, "l2", "isfinite(a.value) AND a.value > b.value", sql.FIRST_FIFTH),
        atLeast: 60,
        paperValue: 83,
        why: "most records, and more than a coin would give",
      }),
    ],
  },
  {
    claimId: "C10",
    statement: "In the deep linear network the standard arm has almost no internal covariate shift, BatchNorm much.",
    measures: (() => {
      const [slow, alone, bn] = [deep(1e-7, BN, STD), deep(1e-7, STD), deep(1e-7, BN)];
      return [
        measure({
          what: "cosine of standard at least 0.99: % of records, least of two layers",
          unit: "%",
          needs: alone,
          sql: sql.shareAlone(alone, "cosine", "isfinite(value) AND value >= 0.99"),
          atLeast: 95,
          paperValue: 100,
          why: "the least of the curve is 0.996; reruns lie between 0.995 and 1",
        }),
        measure({
          what: "cosine lower with BatchNorm: % of records, least of two layers",
          unit: "%",
          needs: slow,
          sql: sql.share(slow, STD, "cosine", "isfinite(b.value) AND a.value < b.value", "true"),
          atLeast: 90,
          paperValue: 100,
          why: "nearly all records; the paper's curves never meet",
        }),
        measure({
          what: "median l2: BatchNorm over standard, least of two layers",
          unit: "×",
          needs: slow,
          sql: sql.medianRatio(slow, STD, "ics", "l2"),
          atLeast: 100,
          paperValue: 3300,
          why: "reruns lie between 1e2 and 1e4, by seed and time",
        }),
        report({
          what: "median cosine with BatchNorm, larger of two layers",
          needs: bn,
          sql: sql.largestMedian(bn, "ics", "cosine"),
          atMost: 0.6,
          paperValue: 0.19,
          why: "reruns lie between -0.92 and 0.97, by seed and time",
        }),
      ];
    })(),
  },
  {
    claimId: "C11",
    statement: "The deep linear network nevertheless ends at a lower loss with BatchNorm.",
    measures: [1e-6, 1e-7].map((rate, i) =>
      measure({
        what: `final loss at learning rate ${formatNumber(rate)}: BatchNorm over standard`,
        unit: "×",
        needs: deep(rate, BN, STD),
        sql: sql.lossRatio(deep(rate, BN, STD), STD),
        below: 1,
        paperValue: [0.29, 0.18][i],
        why: "'better' is a lower loss; how much lower is luck of the seed",
      }),
    ),
  },
];
