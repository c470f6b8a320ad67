import * as sql from "../measures.ts";
import type { Needs } from "../measures.ts";
import { BN, STD, measure, needs, report, strictly, type Claim } from "./claim.ts";

const speed = needs("learning-rates", [0.1], BN, STD);
const noisy = (...arms: string[]): Needs => needs("noisy-batchnorm", [0.1], ...arms);
const shift = needs("internal-covariate-shift", [0.1], BN, STD);
const deep = (rate: number, ...arms: string[]): Needs => needs("deep-linear", [rate], ...arms);

/** Whether steadier distributions, or less internal covariate shift, are why. */
export const DISTRIBUTIONS: readonly Claim[] = [
  {
    id: "C4",
    statement: "Distributions of activations move about as much with BatchNorm as without.",
    measures: [
      report(
        "Wasserstein-1 distance between records over own deviation: BatchNorm over standard (1: equal)",
        speed,
        sql.histogramDrift(speed, STD),
        "at most",
        1,
      ),
    ],
  },
  {
    id: "C5",
    statement: "BatchNorm with noise behind it trains nearly as well as BatchNorm.",
    measures: [
      measure(
        "mean accuracy: noisy BatchNorm from BatchNorm, points",
        noisy("noisyBatchNorm", BN),
        sql.meanAccuracy(noisy("noisyBatchNorm", BN), BN, "true", true),
        "at most",
        4,
        1.69,
      ),
      measure(
        "final accuracy: noisy BatchNorm from BatchNorm, points",
        noisy("noisyBatchNorm", BN),
        sql.finalAccuracy(noisy("noisyBatchNorm", BN), BN),
        "at most",
        2,
        0.78,
      ),
    ],
  },
  {
    id: "C6",
    statement: "BatchNorm with noise behind it trains faster than the standard network.",
    measures: [
      measure(
        "steps to 80 % minibatch accuracy: noisy BatchNorm over standard",
        noisy("noisyBatchNorm", STD),
        sql.stepsTo(noisy("noisyBatchNorm", STD), 0.8, "noisyBatchNorm", STD),
        "at most",
        0.75,
        0.62,
      ),
    ],
  },
  {
    id: "C7",
    statement: "Activations behind the noise are less stable than the standard network's.",
    measures: (["mean", "variance"] as const).map((stat, i) => {
      const at = noisy("noisyBatchNorm", STD);
      return measure(
        `median change of a unit's ${stat} in 100 steps: noisy BatchNorm over standard, least of three layers`,
        at,
        sql.momentChange(at, STD, stat, "IS NOT NULL"),
        "at least",
        4,
        [4.2, 8.3][i],
      );
    }),
  },
  {
    id: "C8",
    statement: "The same noise in the standard network keeps it from training.",
    measures: [
      measure(
        "largest minibatch accuracy of the noisy standard network, %",
        noisy("noisyStandard"),
        sql.largestAccuracy(noisy("noisyStandard")),
        "at most",
        20,
      ),
    ],
  },
  {
    id: "C9",
    statement: "BatchNorm does not reduce internal covariate shift in VGG.",
    measures: [
      measure(
        "median l2: BatchNorm over standard, least of two layers",
        shift,
        sql.medianRatio(shift, STD, "ics", "l2"),
        "at least",
        0.5,
        1.19,
      ),
      measure(
        "median cosine: BatchNorm minus standard, largest of two layers",
        shift,
        sql.medianAbove(shift, STD, "ics", "cosine", "max"),
        "at most",
        0.1,
        -0.012,
      ),
      measure(
        "l2 larger with BatchNorm: % of records of the first 20 % of steps, least of two layers",
        shift,
        sql.share(shift, STD, "l2", "isfinite(a.value) AND a.value > b.value", sql.FIRST_FIFTH),
        "at least",
        60,
        83,
      ),
    ],
  },
  {
    id: "C10",
    statement: "In the deep linear network the standard arm has almost no internal covariate shift, BatchNorm much.",
    measures: (() => {
      const [slow, alone, bn] = [deep(1e-7, BN, STD), deep(1e-7, STD), deep(1e-7, BN)];
      return [
        measure(
          "cosine of standard at least 0.99: % of records, least of two layers",
          alone,
          sql.shareAlone(alone, "cosine", "isfinite(value) AND value >= 0.99"),
          "at least",
          95,
          100,
        ),
        measure(
          "cosine lower with BatchNorm: % of records, least of two layers",
          slow,
          sql.share(slow, STD, "cosine", "isfinite(b.value) AND a.value < b.value", "true"),
          "at least",
          90,
          100,
        ),
        measure(
          "median l2: BatchNorm over standard, least of two layers",
          slow,
          sql.medianRatio(slow, STD, "ics", "l2"),
          "at least",
          100,
          3300,
        ),
        report(
          "median cosine with BatchNorm, larger of two layers",
          bn,
          sql.largestMedian(bn, "ics", "cosine"),
          "at most",
          0.6,
          0.19,
        ),
      ];
    })(),
  },
  {
    id: "C11",
    statement: "The deep linear network nevertheless ends at a lower loss with BatchNorm.",
    measures: [1e-6, 1e-7].map((rate, i) =>
      strictly(
        `final loss at learning rate ${rate.toExponential()}: BatchNorm over standard`,
        deep(rate, BN, STD),
        sql.lossRatio(deep(rate, BN, STD), STD),
        "at most",
        1,
        [0.29, 0.18][i],
      ),
    ),
  },
];
