import type { ExperimentClaims } from "gradstream";

const DEPTH = "(hyper ->> 'depth')::INTEGER";

/** Of each seed by what the squared gradient grows a layer towards the input, but for the first and last layers. */
const growth = (arm: string): string =>
  `SELECT seed, exp(-2 * regr_slope(ln(value), layer)) AS value FROM reading
   WHERE arm = '${arm}' AND stat = 'activation_gradient_l2' AND layer BETWEEN 6 AND ${DEPTH} - 4 GROUP BY seed`;

/** Of each seed the mean orthogonality gap of the last hidden layer over something. */
const lastGap = (arm: string, over: string): string =>
  `SELECT seed, avg(value) FILTER (layer = ${DEPTH}) / (${over}) AS value FROM reading
   WHERE arm = '${arm}' AND stat = 'orthogonality_gap' GROUP BY seed`;

export const claims: ExperimentClaims = {
  explodes: {
    statement: "At initialization BatchNorm and ReLU multiply the squared gradient by π / (π - 1) = 1.47 a layer.",
    source: "Yang et al. 2019",
    seeds: 1,
    steps: 8,
    measures: [
      {
        what: "growth a layer, batchNorm",
        unit: "×",
        arms: ["batchNorm"],
        sql: growth("batchNorm"),
        atLeast: 1.32,
        atMost: 1.61,
        paperValue: 1.467,
        why: "Within a tenth: the number is that of infinite width and batch.",
      },
      {
        what: "growth a layer, standard",
        unit: "×",
        arms: ["standard"],
        sql: growth("standard"),
        atLeast: 0.85,
        atMost: 1.15,
        paperValue: 1,
        why: "Kernels by He keep the gradient; 30 layers of 128 units let it wander.",
      },
    ],
  },
  orthogonalizes: {
    statement: "With BatchNorm examples come closer to orthogonal with depth, at initialization.",
    source: "Daneshmand et al. 2021",
    seeds: 1,
    steps: 8,
    measures: [
      {
        what: "orthogonality gap of the last hidden layer over that of the first, batchNorm",
        unit: "×",
        arms: ["batchNorm"],
        sql: lastGap("batchNorm", "avg(value) FILTER (layer = 1)"),
        below: 1,
        why: "Closer is less than at the first layer.",
      },
    ],
  },
  collapses: {
    statement: "Without BatchNorm they come to lie in one direction.",
    source: "Daneshmand et al. 2021",
    seeds: 1,
    steps: 8,
    measures: [
      {
        what: "orthogonality gap of the last hidden layer over √(1 - 1 / size), standard",
        arms: ["standard"],
        sql: lastGap("standard", "sqrt(1 - 1 / any_value((hyper ->> 'size')::INTEGER))"),
        atLeast: 0.9,
        paperValue: 1,
        why: "That is the gap of examples that all are parallel, which 30 layers come near to.",
      },
    ],
  },
};
