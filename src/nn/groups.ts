import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor3D } from "@tensorflow/tfjs";
import { UserError } from "../core/errors.ts";

/** Gives `[groups * size, ..., units]` as `[groups, rows, units]`: the rows over which a batch statistic of each group goes. */
export function perGroup(x: Tensor, groups: number): Tensor3D {
  return tf.reshape(x, [groups, -1, x.shape.at(-1)!]);
}

/** Counts the values that each batch statistic goes over. @throws UserError when it is one: there is no spread then. */
export function checkRows(who: string, x: Tensor, groups: number): number {
  const rows = x.size / x.shape.at(-1)! / groups;
  if (rows > 1) return rows;
  throw new UserError(
    `${who}: a batch of [${x.shape}] leaves a single value to each unit's statistics; give it more examples`,
  );
}
