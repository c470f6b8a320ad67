import * as tf from "@tensorflow/tfjs-core";
import { stateless, type Layer } from "./layer.ts";

/** Makes the non-linearity 1 / (1 + exp(-x)), element by element. No parameters, no state. */
export function sigmoid(): Layer {
  return stateless("sigmoid", (shape) => shape, tf.sigmoid);
}
