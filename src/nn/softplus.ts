import * as tf from "@tensorflow/tfjs-core";
import { stateless, type Layer } from "./layer.ts";

/** Makes the non-linearity ln(1 + exp(x)), element by element. No parameters, no state. */
export function softplus(): Layer {
  return stateless("softplus", (shape) => shape, tf.softplus);
}
