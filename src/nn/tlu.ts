import * as tf from "@tensorflow/tfjs-core";
import type { Layer } from "./layer.ts";

/**
 * Makes a thresholded linear unit: max(x, τ), element by element. Parameter `threshold` τ (0), `[units]`; no state.
 *
 * Source: Singh and Krishnan 2020, "Filter Response Normalization Layer".
 */
export function tlu(): Layer {
  return {
    name: "tlu",
    init: (_key, shape) => ({ params: { threshold: tf.zeros([shape.at(-1)!]) }, state: {}, shape }),
    apply: (params, state, x) => {
      const threshold = params["threshold"]!;
      return [tf.add(tf.relu(tf.sub(x, threshold)), threshold), state];
    },
  };
}
