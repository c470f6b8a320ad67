import type { ExperimentClaims } from "gradstream";

/** Of each seed a number of a curvature over 2 / rate, in an arm. */
const curvatures = (arm: string, stat: string, number = "median(edges)", when = "step * 2 >= steps"): string =>
  `SELECT seed, ${number} AS value FROM (SELECT *, value * learning_rate / 2 AS edges FROM reading)
   WHERE arm = '${arm}' AND stat = '${stat}' AND ${when} GROUP BY seed`;
const SOURCE = "Andreyev and Beneventano 2024";

export const claims: ExperimentClaims = {
  batchesHover: {
    statement: "The curvature of minibatches along their own gradients comes to 2 / learning rate and hovers there.",
    source: SOURCE,
    seeds: 1,
    steps: 3000,
    measures: [
      {
        what: "g'Hg / g'g of batches over 2 / rate, median of the second half, minibatch",
        arms: ["minibatch"],
        sql: curvatures("minibatch", "directional_curvature"),
        atLeast: 0.9,
        atMost: 1.1,
        paperValue: 1,
        why: "At the edge is within a tenth of it.",
      },
    ],
  },
  setStaysBelow: {
    statement: "Meanwhile the largest eigenvalue of the Hessian of the whole set stays below.",
    source: SOURCE,
    seeds: 1,
    steps: 3000,
    measures: [
      {
        what: "largest eigenvalue over 2 / rate, the largest of the second half, minibatch",
        arms: ["minibatch"],
        sql: curvatures("minibatch", "eigenvalue", "max(edges)"),
        below: 0.9,
        why: "Where batches count as at the edge from 0.9 on, the set is below it there.",
      },
    ],
  },
  setHoversAlone: {
    statement: "Where the set is one batch, the two are at the edge together.",
    source: SOURCE,
    seeds: 1,
    steps: 3000,
    measures: ["directional_curvature", "eigenvalue"].map((stat) => ({
      what: `${stat} over 2 / rate, median of the second half, wholeSet`,
      arms: ["wholeSet"],
      sql: curvatures("wholeSet", stat),
      atLeast: 0.9,
      atMost: 1.1,
      paperValue: 1,
      why: "As for minibatches.",
    })),
  },
  risesFromBelow: {
    statement: "The curvature of minibatches begins below the edge and rises to it.",
    source: SOURCE,
    seeds: 1,
    steps: 3000,
    measures: [
      {
        what: "g'Hg / g'g of batches over 2 / rate at step 0, minibatch",
        arms: ["minibatch"],
        sql: curvatures("minibatch", "directional_curvature", "max(edges)", "step = 0"),
        below: 1,
        why: "Below the edge is below 1.",
      },
    ],
  },
};
