import type { ExperimentClaims } from "gradstream";

/** Of each seed a number of the largest eigenvalue over 2 / rate, in an arm. */
const sharpness = (arm: string, number: string, when: string): string =>
  `SELECT seed, ${number} AS value FROM (SELECT *, value * learning_rate / 2 AS edges FROM reading)
   WHERE arm = '${arm}' AND probe = 'hessian' AND stat = 'eigenvalue' AND ${when} GROUP BY seed`;
const SECOND_HALF = "step * 2 >= steps";

export const claims: ExperimentClaims = {
  hovers: {
    statement: "The sharpness of full-batch descent comes to 2 / learning rate and hovers there or just above.",
    source: "Cohen et al. 2021, figure 1",
    seeds: 1,
    steps: 800,
    measures: [
      {
        what: "sharpness over 2 / rate, median of the second half, standard",
        arms: ["standard"],
        sql: sharpness("standard", "median(edges)", SECOND_HALF),
        atLeast: 0.9,
        atMost: 1.25,
        paperValue: 1,
        why: 'A tenth below the edge descent is stable and the sharpness rises on; "just above" is taken for a quarter.',
      },
      {
        what: "loss, the last over that of half way, standard",
        unit: "×",
        arms: ["standard"],
        sql: `SELECT seed, arg_max(value, step) / arg_min(value, step) AS value FROM reading
          WHERE arm = 'standard' AND stat = 'loss' AND ${SECOND_HALF} GROUP BY seed`,
        below: 1,
        why: "The paper's point: at the edge the loss goes on falling, over long times.",
      },
    ],
  },
  hoversWithBatchNorm: {
    statement: "So does that of a network with BatchNorm.",
    source: "Cohen et al. 2021, appendix on BatchNorm",
    seeds: 1,
    steps: 800,
    measures: [
      {
        what: "sharpness over 2 / rate, median of the second half, batchNorm",
        arms: ["batchNorm"],
        sql: sharpness("batchNorm", "median(edges)", SECOND_HALF),
        atLeast: 0.9,
        atMost: 1.25,
        paperValue: 1,
        why: "As without BatchNorm.",
      },
    ],
  },
  risesFromBelow: {
    statement: "The sharpness begins below the edge and rises to it.",
    source: "Cohen et al. 2021, figure 1",
    seeds: 1,
    steps: 800,
    measures: [
      {
        what: "sharpness over 2 / rate at step 0, standard",
        arms: ["standard"],
        sql: sharpness("standard", "max(edges)", "step = 0"),
        below: 1,
        why: "Below the edge is below 1.",
      },
    ],
  },
};
