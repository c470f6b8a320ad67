import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { above, checkOptions, from } from "../core/options.ts";
import { identity } from "./identity.ts";
import type { Normalization } from "./layer.ts";
import { overInputs, reparametrized } from "./reparametrized.ts";

/** Options of `scaledWeightStandardization`. */
export interface ScaledWeightStandardizationOptions {
  /** Factor γ that keeps the variance through the non-linearity after it. Default that of ReLU, √(2 / (1 - 1/π)). */
  readonly gamma?: number;
  /** ε, added to the variance under the root. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Makes a scaled weight standardization: the linear map before it has the kernel gain · γ (v - μ) / sqrt(n (σ² + ε)), where μ
 * and σ² are mean and variance of v = `kernel` over the n inputs of each unit. Activations are not normalized.
 *
 * Adds the parameter `gain` (1), `[units]`, to those of the linear map.
 *
 * Source: Brock, De and Smith 2021, "Characterizing signal propagation to close the performance gap in unnormalized ResNets".
 *
 * @throws {UserError} for an option that is not one.
 */
export function scaledWeightStandardization(options: ScaledWeightStandardizationOptions = {}): Normalization {
  const { gamma = Math.sqrt(2 / (1 - 1 / Math.PI)), epsilon = 1e-6 } = checkOptions<ScaledWeightStandardizationOptions>(
    "scaledWeightStandardization",
    options,
    { gamma: above(0), epsilon: from(0) },
  );
  return {
    ...identity(),
    name: "scaledWeightStandardization",
    options: { gamma, epsilon },
    reparametrize: (linear) =>
      reparametrized(
        linear,
        ({ kernel, gain }) => tf.mul(scaled(kernel!, gamma, epsilon), gain!),
        (kernel) => ({ gain: tf.ones([kernel.shape.at(-1)!]) }),
      ),
  };
}

function scaled(kernel: Tensor, gamma: number, epsilon: number): Tensor {
  const fanIn = kernel.size / kernel.shape.at(-1)!;
  const centred = tf.sub(kernel, tf.div(overInputs(kernel), fanIn));
  const variance = tf.div(overInputs(tf.square(centred)), fanIn);
  return tf.mul(centred, tf.mul(tf.rsqrt(tf.add(variance, epsilon)), gamma / Math.sqrt(fanIn)));
}
