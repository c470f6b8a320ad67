import type { ExperimentClaims } from "gradstream";

const common = { source: "Bjorck et al. 2018", seeds: 1 } as const;

/** Of each seed the variance after the second convolution of the last residual over that of the first, before training. */
const growth = (arm: string): string =>
  `SELECT seed, max(value) FILTER (layer = (hyper ->> 'depth')::INTEGER - 1) / max(value) FILTER (layer = 3) AS value
   FROM reading WHERE arm = '${arm}' AND probe = 'moments' AND stat = 'variance' AND unit IS NULL AND step = 0 GROUP BY seed`;

/** Of each seed the loss after a step of 0.1 along the gradient over the loss before it. */
const stepped = (arm: string): string =>
  `SELECT seed, max(value) FILTER (probe = 'gradient_steps' AND distance BETWEEN 0.09 AND 0.11)
     / max(value) FILTER (probe = 'loss') AS value
   FROM reading WHERE arm = '${arm}' AND stat = 'loss' AND step = 0 GROUP BY seed`;

export const claims: ExperimentClaims = {
  variancesGrow: {
    ...common,
    statement: "At initialization variances of activations grow with depth without BatchNorm, and not with it.",
    measures: [
      {
        what: "variance of the last residual over the first's, standard",
        unit: "×",
        arms: ["standard"],
        sql: growth("standard"),
        atLeast: 5,
        why: "Each residual adds its variance to the sum that the next reads: nine of them, at least half as much each.",
      },
      {
        what: "variance of the last residual over the first's, batchNorm",
        unit: "×",
        arms: ["batchNorm"],
        sql: growth("batchNorm"),
        atMost: 2,
        why: "What a residual's second convolution reads is normalized at every depth.",
      },
    ],
  },
  gradientsAreLarge: {
    ...common,
    statement: "Without BatchNorm the first gradients are larger.",
    measures: [
      {
        what: "norm of the gradient at step 0, standard over batchNorm",
        unit: "×",
        arms: ["standard", "batchNorm"],
        sql: `SELECT seed, max(value) FILTER (arm = 'standard') / max(value) FILTER (arm = 'batchNorm') AS value FROM reading
          WHERE probe = 'norms' AND stat = 'gradient_norm' AND layer IS NULL AND step = 0 GROUP BY seed`,
        atLeast: 2,
        why: "A rate that is half as large would make up for less.",
      },
    ],
  },
  stepsDiverge: {
    ...common,
    statement: "A step of a large rate raises the loss without BatchNorm and lowers it with.",
    measures: [
      {
        what: "loss after a step of 0.1 over that before, standard",
        unit: "×",
        arms: ["standard"],
        sql: stepped("standard"),
        above: 1,
        why: "Above 1 the step went up.",
      },
      {
        what: "loss after a step of 0.1 over that before, batchNorm",
        unit: "×",
        arms: ["batchNorm"],
        sql: stepped("batchNorm"),
        below: 1,
        why: "Below 1 the step went down.",
      },
    ],
  },
};
