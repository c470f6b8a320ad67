import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import { fold, permutation } from "../core/random.ts";

/** The values of one unit (index on the last axis). @throws UserError when the layer has no such unit. */
export function selectUnit(who: string, layer: number, value: Tensor, unit: number): Tensor {
  checkUnit(who, layer, value, unit);
  return tf.slice(value, [...value.shape.slice(0, -1).map(() => 0), unit], [...value.shape.slice(0, -1), 1]);
}

/** @throws UserError when the layer has no such unit. */
export function checkUnit(who: string, layer: number, value: Tensor, unit: number): void {
  const units = value.shape.at(-1)!;
  if (Number.isInteger(unit) && unit >= 0 && unit < units) return;
  throw new UserError(`${who}: layer ${layer} has no unit ${unit}; its units are 0 to ${units - 1}`);
}

/** Units of a layer: these, or so many drawn once for a training, from its seed. */
export type Units = readonly number[] | { readonly random: number };

/** @throws UserError when the layer has fewer units than are to be drawn. */
export function chooseUnits(
  who: string,
  { key }: Pick<Step, "key">,
  layer: number,
  value: Tensor,
  units: Units,
): readonly number[] {
  if (!("random" in units)) return units;
  const { random } = units;
  const count = value.shape.at(-1)!;
  if (!Number.isInteger(random) || random < 1 || random > count) {
    throw new UserError(`${who}: cannot draw ${random} units of layer ${layer}, which has ${count}`);
  }
  return [...permutation(fold(key, "units", layer), count).subarray(0, random)].sort((a, b) => a - b);
}
