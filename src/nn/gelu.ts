import * as tf from "@tensorflow/tfjs-core";
import { stateless, type Layer } from "./layer.ts";

/**
 * Makes the non-linearity x · Φ(x), where Φ is the distribution function of the normal law, element by element (Hendrycks &
 * Gimpel 2016); exact, by the error function. No parameters, no state.
 */
export function gelu(): Layer {
  return stateless(
    "gelu",
    (shape) => shape,
    (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  );
}
