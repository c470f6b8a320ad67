import * as tf from "@tensorflow/tfjs-core";
import { batchNormKernel, combinationKernel } from "../core/kernels.ts";
import * as option from "../core/options.ts";
import { affine, type AffineOptions } from "./affine.ts";
import { checkRows, inSlices } from "./slices.ts";
import type { Normalization } from "./layer.ts";

/** Options of `batchNorm`. */
export interface BatchNormOptions extends AffineOptions {
  /** ε, added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
  /** Weight of the current batch in the running statistics. Default 0.1. */
  readonly momentum?: number;
}

/**
 * Makes a batch normalization: `[size, …, units]` to the same shape.
 *
 *     y = scale (x - μ) / sqrt(σ² + ε) + shift
 *
 * In training μ and σ² (biased) are those of each unit over the batch and all positions. In evaluation they are the
 * running statistics, of which the variance averages the unbiased estimate, as in PyTorch.
 *
 * Parameters `scale` (1) and `shift` (0), state `mean` (0) and `variance` (1), `[units]` each. A linear map before it
 * goes without a bias.
 *
 * Source: Ioffe and Szegedy 2015, "Batch Normalization".
 *
 * @throws {UserError} for an option that is not one. A pass throws it when the batch leaves a single value per unit.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { batchNorm, rootKey } from "gradstream";
 *
 * const norm = batchNorm({ epsilon: 0 });
 * const { params, state } = norm.init(rootKey(0), [1]);
 * const [y, next] = norm.apply(params, state, tf.tensor2d([[1], [3]]), "train");
 * console.log([...y.dataSync()], next["mean"]!.dataSync()[0]!.toFixed(1)); // [ -1, 1 ] 0.2
 * ```
 */
export function batchNorm(options: BatchNormOptions = {}): Normalization {
  const {
    epsilon = 1e-5,
    momentum = 0.1,
    ...start
  } = option.checkOptions<BatchNormOptions>("batchNorm", options, {
    epsilon: option.from(0),
    momentum: option.proportion,
    initialScale: option.number,
    initialShift: option.number,
  });
  const { title, params: initialParams } = affine("batchNorm", start);
  return {
    name: "batchNorm",
    title,
    options: { epsilon, momentum },
    absorbsBias: true,
    init: (_key, shape) => {
      const units = shape.at(-1)!;
      return {
        params: initialParams(units),
        state: { mean: tf.zeros([units]), variance: tf.ones([units]) },
        shape,
      };
    },
    apply: (params, state, x, mode, batchCount = 1) => {
      const { scale, shift } = params as { scale: tf.Tensor; shift: tf.Tensor };
      const running = state as { mean: tf.Tensor; variance: tf.Tensor };
      if (mode === "evaluate") {
        const factor = tf.mul(scale, tf.rsqrt(tf.add(running.variance, epsilon)));
        return [tf.add(tf.mul(tf.sub(x, running.mean), factor), shift), state];
      }
      const rows = checkRows("batchNorm", x, batchCount);
      if (batchCount > 1) {
        // Batches side by side are units to the kernel.
        const beside = tf.transpose(inSlices(x, batchCount), [1, 0, 2]);
        const repeated = (units: tf.Tensor) => tf.concat(Array<tf.Tensor>(batchCount).fill(units));
        const flat = tf.reshape(beside, [beside.shape[0], -1]);
        const [y] = batchNormKernel(flat, repeated(scale), repeated(shift), epsilon);
        return [tf.reshape(tf.transpose(tf.reshape(y, beside.shape), [1, 0, 2]), x.shape), state];
      }
      const [y, mean, variance] = batchNormKernel(x, scale, shift, epsilon);
      if (mode === "probe") return [y, state];
      const towards = (old: tf.Tensor, batch: tf.Tensor, factor: number) =>
        combinationKernel(old, 1 - momentum, batch, momentum * factor);
      return [
        y,
        { mean: towards(running.mean, mean, 1), variance: towards(running.variance, variance, rows / (rows - 1)) },
      ];
    },
  };
}
