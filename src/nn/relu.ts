import * as tf from "@tensorflow/tfjs";
import { stateless, type Layer } from "./layer.ts";

/** Computes max(x, 0), element by element. */
export function relu(): Layer {
  return stateless("relu", (shape) => shape, tf.relu);
}
