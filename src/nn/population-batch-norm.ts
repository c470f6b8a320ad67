import * as tf from "@tensorflow/tfjs-core";
import { batchNorm, type BatchNormOptions } from "./batch-norm.ts";
import type { Normalization } from "./layer.ts";
import { checkRows, inSlices } from "./slices.ts";

/**
 * Makes a batch normalization by the population's statistics in training too: the running ones, which are constants to the
 * gradient, normalize a batch, and then move towards those of the batch. Parameters and state are those of `batchNorm`.
 *
 * Source: Ghorbani, Krishnan and Xiao 2019, "An Investigation into Neural Net Optimization via Hessian Eigenvalue Density",
 * section 4.2.
 *
 * @throws {UserError} for an option that is not one.
 */
export function populationBatchNorm(options: BatchNormOptions = {}): Normalization {
  const batch = batchNorm(options);
  const { momentum = 0.1 } = options;
  return {
    ...batch,
    name: "populationBatchNorm",
    title: `population ${batch.title}`,
    apply: (params, state, x, mode, batchCount = 1) => {
      const [y] = batch.apply(params, state, x, "evaluate");
      if (mode !== "train" || batchCount > 1) return [y, state];
      const rows = checkRows("populationBatchNorm", x, 1);
      const { mean, variance } = tf.moments(inSlices(x, 1), [0, 1]);
      const towards = (old: tf.Tensor, now: tf.Tensor) => tf.add(tf.mul(old, 1 - momentum), tf.mul(now, momentum));
      const next = {
        mean: towards(state["mean"]!, mean),
        variance: towards(state["variance"]!, tf.mul(variance, rows / (rows - 1))),
      };
      return [y, next];
    },
  };
}
