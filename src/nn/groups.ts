import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor3D } from "@tensorflow/tfjs";

/** `[groups * size, ..., units]` as `[groups, rows, units]`: the rows over which a batch statistic of each group goes. */
export function perGroup(x: Tensor, groups: number): Tensor3D {
  return tf.reshape(x, [groups, -1, x.shape.at(-1)!]);
}
