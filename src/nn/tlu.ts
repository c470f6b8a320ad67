import * as tf from "@tensorflow/tfjs";
import type { Layer } from "./layer.ts";

/**
 * Makes a thresholded linear unit (Singh and Krishnan 2020): max(x, τ), element by element, with a learnable threshold
 * τ (0) of each unit.
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
