import * as tf from "@tensorflow/tfjs-core";
import { stateless, type Layer } from "./layer.ts";

/** Makes the non-linearity hyperbolic tangent, element by element. No parameters, no state. */
export function tanh(): Layer {
  return stateless("tanh", (shape) => shape, tf.tanh);
}
