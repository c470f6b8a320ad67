import type { ExperimentClaims } from "gradstream";

/** Of each seed a number of the differences between the losses of two arms, over those of the second, step by step. */
const apart = (arm: string, from: string, number: string, when = "true"): string =>
  `SELECT seed, ${number} AS value FROM (
     SELECT seed, step, steps, abs(a.value / b.value - 1) AS difference
     FROM reading a JOIN reading b USING (seed, step, steps, stat) WHERE stat = 'loss' AND a.arm = '${arm}' AND b.arm = '${from}')
   WHERE ${when} GROUP BY seed`;

/** That two arms are one function, and the constant rate another. */
const oneFunction = (growing: string, decaying: string, constant: string) => [
  {
    what: `difference of the losses of ${growing} and ${decaying}, the largest`,
    arms: [growing, decaying],
    sql: apart(growing, decaying, "max(difference)"),
    atMost: 1e-5,
    paperValue: 0,
    why: "32-bit numbers are rounded by 6e-8 at each of 200 steps, and training carries that on.",
  },
  {
    what: `difference of the losses of ${constant} and ${decaying}, median of the last eighth`,
    arms: [constant, decaying],
    sql: apart(constant, decaying, "median(difference)", "step * 8 >= steps * 7"),
    atLeast: 1e-3,
    why: "Were decay without effect, the losses would be the same whatever the rate does; a hundred times the other tells them apart.",
  },
];

export const claims: ExperimentClaims = {
  isExponential: {
    statement: "Behind BatchNorm, weight decay at a constant rate is the training of a rate that grows exponentially.",
    source: "Li and Arora 2020",
    seeds: 1,
    steps: 100,
    measures: oneFunction("growing", "decaying", "constant"),
  },
  isExponentialWithMomentum: {
    statement: "So it is with momentum.",
    source: "Li and Arora 2020",
    seeds: 1,
    steps: 100,
    measures: oneFunction("growingMomentum", "decayingMomentum", "constantMomentum"),
  },
};
