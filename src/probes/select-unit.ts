import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import type { Activation, Step } from "../core/live.ts";
import { fold, permutation } from "../core/random.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Setting } from "../core/setting.ts";
import type { Site } from "../core/types.ts";
import { checkSites, type Layers } from "../operators/select-layers.ts";

/**
 * Returns the values of one unit, an index on the last axis.
 *
 * @throws {UserError} when the layer has no such unit.
 */
export function selectUnit(who: string, layer: number, value: Tensor, unit: number): Tensor {
  checkUnit(who, layer, value.shape.at(-1)!, unit);
  return tf.slice(value, [...value.shape.slice(0, -1).map(() => 0), unit], [...value.shape.slice(0, -1), 1]);
}

/**
 * Checks that a layer of `count` units has this one.
 *
 * @throws {UserError} when it has not.
 */
function checkUnit(who: string, layer: number, count: number, unit: number): void {
  if (Number.isInteger(unit) && unit >= 0 && unit < count) return;
  throw new UserError(`${who}: layer ${layer} has no unit ${unit}; its units are 0 to ${count - 1}`);
}

/** Units drawn once per training from its seed. */
export interface RandomUnits {
  /** Number of units of a layer. */
  readonly random: number;
}

/** Units of a layer, from 0: these, or a number of them drawn. */
export type Units = readonly number[] | RandomUnits;

/**
 * Checks that a layer of `count` units has these.
 *
 * @throws {UserError} when it has not.
 */
export function checkUnits(who: string, layer: number, count: number, units: Units): void {
  if (!("random" in units)) return units.forEach((unit) => checkUnit(who, layer, count, unit));
  const { random } = units;
  if (Number.isInteger(random) && random >= 1 && random <= count) return;
  throw new UserError(`${who}: cannot draw ${random} units of layer ${layer}, which has ${count}`);
}

/** Returns a probe's `fits`, which checks that the network has the layers, the site and the units. */
export function fitsUnits(
  who: string,
  layers: Layers,
  site: Site,
  units: Units | undefined,
): (setting: Setting) => string | undefined {
  return (setting) =>
    refusalOf(() => {
      checkSites(who, layers, site, setting);
      if (!units) return;
      for (const { layer } of setting.layers) {
        const count = setting.unitsOf(layer, site);
        if (count === undefined || (layers !== "all" && !layers.includes(layer))) continue;
        checkUnits(who, layer, count, units);
      }
    });
}

/**
 * Returns the units of a layer to measure, drawn from the training's key where `units` asks for it.
 *
 * @throws {UserError} when the layer does not have them.
 */
export function chooseUnits(
  who: string,
  { key }: Pick<Step, "key">,
  { layer, value }: Pick<Activation, "layer" | "value">,
  units: Units,
): readonly number[] {
  const count = value.shape.at(-1)!;
  checkUnits(who, layer, count, units);
  if (!("random" in units)) return units;
  return [...permutation(fold(key, "units", layer), count).subarray(0, units.random)].sort((a, b) => a - b);
}
