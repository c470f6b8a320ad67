import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor3D } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";

/** Returns `[slices * size, …, units]` as `[slices, rows, units]`: the rows of each statistic. */
export function inSlices(x: Tensor, slices: number): Tensor3D {
  return tf.reshape(x, [slices, -1, x.shape.at(-1)!]);
}

/**
 * Returns the number of values of each batch statistic.
 *
 * @throws {UserError} when it is one: there is no spread then.
 */
export function checkRows(who: string, x: Tensor, batchCount: number): number {
  const rows = x.size / x.shape.at(-1)! / batchCount;
  if (rows > 1) return rows;
  throw new UserError(
    `${who}: a batch of [${x.shape}] leaves a single value to each unit's statistics; give it more examples`,
  );
}
