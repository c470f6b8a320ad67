import type { ExperimentClaims } from "gradstream";

const SOURCE = "Ghorbani et al. 2019";

/** Of each seed λ1 / λ10, how far outside the largest eigenvalue lies, at the last record of one arm over that of another. */
const outside = (arm: string, over: string): string =>
  `WITH far AS (
     SELECT arm, seed, step, max(value) FILTER (unit = 1) / max(value) FILTER (unit = 10) AS times FROM reading
     WHERE probe = 'hessian' AND stat = 'eigenvalue' AND arm IN ('${arm}', '${over}') GROUP BY ALL)
   SELECT a.seed, arg_max(a.times / b.times, a.step) AS value FROM far a JOIN far b USING (seed, step)
   WHERE a.arm = '${arm}' AND b.arm = '${over}' GROUP BY a.seed`;

const common = { source: SOURCE, seeds: 1, steps: 400 } as const;

export const claims: ExperimentClaims = {
  batchNormHasNoOutliers: {
    ...common,
    statement: "BatchNorm takes the outliers out of the spectrum of the Hessian.",
    measures: [
      {
        what: "λ1 / λ10 at the end, standard over batchNorm",
        unit: "×",
        arms: ["standard", "batchNorm"],
        sql: outside("standard", "batchNorm"),
        atLeast: 2,
        why: "Twice as far outside is more than an eigenvalue differs by between two records.",
      },
    ],
  },
  populationStatisticsReturnThem: {
    ...common,
    statement: "With the statistics of the population in place of the batch's, the outliers return.",
    measures: [
      {
        what: "λ1 / λ10 at the end, populationBatchNorm over standard",
        unit: "×",
        arms: ["populationBatchNorm", "standard"],
        sql: outside("populationBatchNorm", "standard"),
        atLeast: 0.8,
        why: "Returned is nearly as far outside as without BatchNorm, with a fifth for chance.",
      },
      {
        what: "λ1 / λ10 at the end, populationBatchNorm over batchNorm",
        unit: "×",
        arms: ["populationBatchNorm", "batchNorm"],
        sql: outside("populationBatchNorm", "batchNorm"),
        atLeast: 2,
        why: "As for what BatchNorm takes away.",
      },
    ],
  },
};
