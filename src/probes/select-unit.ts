import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { UserError } from "../core/errors.ts";

/** The values of one unit (index on the last axis). @throws UserError when the layer has no such unit. */
export function selectUnit(who: string, layer: number, value: Tensor, unit: number): Tensor {
  const units = value.shape.at(-1)!;
  if (!Number.isInteger(unit) || unit < 0 || unit >= units) {
    throw new UserError(`${who}: layer ${layer} has no unit ${unit}; its units are 0 to ${units - 1}`);
  }
  return tf.slice(value, [...value.shape.slice(0, -1).map(() => 0), unit], [...value.shape.slice(0, -1), 1]);
}
