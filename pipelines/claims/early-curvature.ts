import type { ExperimentClaims } from "gradstream";

const WARM = "step >= (hyper ->> 'warmUp')::INTEGER";
const SOURCE = "Gilmer et al. 2021";

/** Of each seed the median largest eigenvalue from the end of the warm-up on, over something. */
const later = (arm: string, over: string): string =>
  `SELECT seed, median(value) FILTER (${WARM}) / (${over}) AS value FROM reading
   WHERE arm = '${arm}' AND probe = 'hessian' AND stat = 'eigenvalue' GROUP BY seed`;
const AT_FIRST = "max(value) FILTER (step = 0)";
const EDGE = "2 / any_value(learning_rate)";

/** A claim that what an arm does leads where the network's curvature is smaller. */
const leadsToLess = (arm: string, statement: string): ExperimentClaims[string] => ({
  statement,
  source: SOURCE,
  seeds: 1,
  steps: 300,
  measures: [
    {
      what: `largest eigenvalue after the warm-up, median, over that at step 0, ${arm}`,
      unit: "×",
      arms: [arm],
      sql: later(arm, AT_FIRST),
      atMost: 0.5,
      why: "Half is more than it changes by from one measurement to the next at a small rate, up to a quarter.",
    },
  ],
});

export const claims: ExperimentClaims = {
  largeRateDiverges: {
    statement: "A rate far above 2 / λ throws training off.",
    source: SOURCE,
    seeds: 1,
    steps: 30,
    measures: [
      {
        what: "largest eigenvalue over 2 / rate at step 0, plain",
        arms: ["plain"],
        sql: `SELECT seed, value * learning_rate / 2 AS value FROM reading
          WHERE arm = 'plain' AND probe = 'hessian' AND stat = 'eigenvalue' AND step = 0`,
        atLeast: 2,
        why: "The question is about rates clearly above the edge.",
      },
      {
        what: "diverged, plain",
        arms: ["plain"],
        sql: "SELECT seed, (status = 'diverged')::INTEGER AS value FROM run WHERE arm = 'plain'",
        atLeast: 1,
        why: "1 where the loss left what float32 has.",
      },
    ],
  },
  warmUpLeadsToLess: leadsToLess("warmUp", "Warm-up leads where the curvature is smaller."),
  clippingLeadsToLess: leadsToLess("clipped", "So does clipping the gradient."),
  batchNormBears: {
    statement: "With BatchNorm the curvature comes to what the large rate bears.",
    source: SOURCE,
    seeds: 1,
    steps: 300,
    measures: [
      {
        what: "largest eigenvalue over 2 / rate after the warm-up's steps, median, batchNorm",
        arms: ["batchNorm"],
        sql: later("batchNorm", EDGE),
        atMost: 1,
        why: "1 is the edge of stability of gradient descent.",
      },
    ],
  },
};
