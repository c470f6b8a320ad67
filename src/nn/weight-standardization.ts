import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { callable, checkOptions, from } from "../core/options.ts";
import { groupNorm } from "./group-norm.ts";
import type { Normalization } from "./layer.ts";
import { overInputs, reparametrized } from "./reparametrized.ts";

/** Options of `weightStandardization`. */
export interface WeightStandardizationOptions {
  /** Makes the normalization of the activations, whose size grows by the root of the fan-in. Default `groupNorm`. */
  readonly norm?: () => Normalization;
  /** ε, added to the variance under the root. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Makes a weight standardization: the linear map before it has the kernel (v - μ) / sqrt(σ² + ε), where μ and σ² are
 * the mean and the variance of v = `kernel` over the inputs of each unit. The activations then pass `norm`.
 *
 * Source: Qiao, Wang, Liu, Shen and Yuille 2019, "Weight Standardization".
 *
 * @throws {UserError} for an option that is not one.
 */
export function weightStandardization(options: WeightStandardizationOptions = {}): Normalization {
  const { norm = groupNorm, epsilon = 1e-6 } = checkOptions<WeightStandardizationOptions>(
    "weightStandardization",
    options,
    { norm: callable, epsilon: from(0) },
  );
  const after = norm();
  return {
    ...after,
    name: `weightStandardization, ${after.name}`,
    title: `weightStandardization, ${after.title ?? after.name}`,
    options: { ...after.options, kernelEpsilon: epsilon },
    reparametrize: (linear) => reparametrized(linear, ({ kernel }) => standardized(kernel!, epsilon)),
  };
}

function standardized(kernel: Tensor, epsilon: number): Tensor {
  const fanIn = kernel.size / kernel.shape.at(-1)!;
  const centred = tf.sub(kernel, tf.div(overInputs(kernel), fanIn));
  const variance = tf.div(overInputs(tf.square(centred)), fanIn);
  return tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
}
