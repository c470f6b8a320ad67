import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { uniform, type Key } from "../core/random.ts";

/**
 * Glorot and Bengio (2010), uniform: U(-a, a) with a = sqrt(6 / (fanIn + fanOut)). The last two axes of `shape` are
 * inputs and outputs, those before them (a filter's height and width) multiply both fans.
 */
export function glorotUniform(key: Key, shape: readonly number[]): Tensor {
  const field = shape.slice(0, -2).reduce((product, n) => product * n, 1);
  const bound = Math.sqrt(6 / (field * (shape.at(-2)! + shape.at(-1)!)));
  const count = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(uniform(key, count, -bound, bound), [...shape]);
}
