import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, number } from "../core/options.ts";
import type { Normalization } from "./layer.ts";

/** Options of `dynamicTanh`. */
export interface DynamicTanhOptions {
  /** Initial factor α of the input. Default 0.5. */
  readonly initialAlpha?: number;
}

/**
 * Makes dynamic tanh (DyT), which stands in a normalization's place and has no statistics: `[size, …, units]` to the same
 * shape.
 *
 *     y = scale tanh(α x) + shift
 *
 * Parameters `alpha`, one number, `scale` (1) and `shift` (0), `[units]` each. No state.
 *
 * Source: Zhu, Chen, He, LeCun and Liu 2025, "Transformers without Normalization".
 *
 * @throws {UserError} for an option that is not one.
 */
export function dynamicTanh(options: DynamicTanhOptions = {}): Normalization {
  const { initialAlpha = 0.5 } = checkOptions<DynamicTanhOptions>("dynamicTanh", options, { initialAlpha: number });
  return {
    name: "dynamicTanh",
    options: { initialAlpha },
    init: (_key, shape) => {
      const units = shape.at(-1)!;
      const params = { alpha: tf.scalar(initialAlpha), scale: tf.ones([units]), shift: tf.zeros([units]) };
      return { params, state: {}, shape };
    },
    apply: (params, state, x) => {
      const squashed = tf.tanh(tf.mul(x, params["alpha"]!));
      return [tf.add(tf.mul(squashed, params["scale"]!), params["shift"]!), state];
    },
  };
}
