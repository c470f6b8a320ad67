import * as tf from "@tensorflow/tfjs-core";
import { stateless, type Layer } from "./layer.ts";

/**
 * Makes the layer that reshapes `[size, ...shape]` to `[size, product(shape)]`, the last axis varying fastest. No
 * parameters, no state.
 */
export function flatten(): Layer {
  return stateless(
    "flatten",
    (shape) => [shape.reduce((product, n) => product * n, 1)],
    (x) => tf.reshape(x, [x.shape[0], -1]),
  );
}
