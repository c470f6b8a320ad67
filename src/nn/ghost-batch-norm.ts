import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import * as option from "../core/options.ts";
import { batchNorm, type BatchNormOptions } from "./batch-norm.ts";
import type { Normalization } from "./layer.ts";
import { inSlices } from "./slices.ts";

/** Options of `ghostBatchNorm`. */
export interface GhostBatchNormOptions extends BatchNormOptions {
  /** Examples of a ghost batch, by which the batch is divided; a smaller batch is one ghost. */
  readonly size: number;
}

/**
 * Makes a batch normalization whose statistics in training are those of each ghost batch: `size` examples one after another,
 * of each by themselves. Running statistics move towards the mean of those of all ghosts. Else it is `batchNorm`, with its
 * parameters and state.
 *
 * Source: Hoffer, Hubara and Soudry 2017, "Train longer, generalize better".
 *
 * @throws {UserError} for an option that is missing or not one. A pass throws it for a batch that ghosts do not divide.
 */
export function ghostBatchNorm(options: GhostBatchNormOptions): Normalization {
  const { size, ...rest } = option.checkOptions<GhostBatchNormOptions>("ghostBatchNorm", options, {
    size: option.required(option.whole(1)),
    epsilon: option.from(0),
    momentum: option.proportion,
    initialScale: option.number,
    initialShift: option.number,
  });
  const { momentum = 0.1 } = rest;
  const whole = batchNorm(rest);
  const ghostsIn = (examples: number): number => {
    if (examples <= size) return 1;
    if (examples % size === 0) return examples / size;
    throw new UserError(`ghostBatchNorm: ghosts of ${size} examples do not divide a batch of ${examples}`);
  };
  return {
    ...whole,
    name: "ghostBatchNorm",
    title: `ghost ${whole.title}, size ${size}`,
    options: { ...whole.options, size },
    apply: (params, state, x, mode, batchCount = 1) => {
      if (mode === "evaluate") return whole.apply(params, state, x, mode);
      const ghosts = ghostsIn(x.shape[0] / batchCount);
      const [y] = whole.apply(params, state, x, "probe", batchCount * ghosts);
      if (mode === "probe" || batchCount > 1) return [y, state];
      const slices = inSlices(x, ghosts);
      const rows = slices.shape[1];
      const { mean, variance } = tf.moments(slices, 1);
      const towards = (old: tf.Tensor, ofGhosts: tf.Tensor, factor: number) =>
        tf.add(tf.mul(old, 1 - momentum), tf.mul(tf.mean(ofGhosts, 0), momentum * factor));
      const next = {
        mean: towards(state["mean"]!, mean, 1),
        variance: towards(state["variance"]!, variance, rows / (rows - 1)),
      };
      return [y, next];
    },
  };
}
