import * as tf from "@tensorflow/tfjs-core";
import { stateless, type Layer } from "./layer.ts";

/** Makes the non-linearity max(x, 0), element by element. No parameters, no state. */
export function relu(): Layer {
  return stateless("relu", (shape) => shape, tf.relu);
}
