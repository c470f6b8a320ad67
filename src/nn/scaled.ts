import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { normal, uniform } from "../core/random.ts";
import type { Initializer } from "./initializer.ts";

/** Inputs and outputs of a unit of a kernel `[…field, in, out]`: a filter's height and width multiply both. */
interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Options of `scaled`. */
export interface Scaling {
  readonly name: string;
  readonly law: "uniform" | "normal";
  /** Factor on the standard deviation sqrt(1 / `fan`). */
  readonly gain: number;
  readonly fan: (fans: Fans) => number;
  /** Text in brackets after the name. */
  readonly detail?: string;
}

/** Makes the initializer of mean 0 and variance gain² / fan: uniform within gain · sqrt(3 / fan), or normal. */
export function scaled({ name, law, gain, fan, detail }: Scaling): Initializer {
  checkGain(name, gain);
  return {
    name: detail === undefined ? name : `${name}(${detail})`,
    draw: (key, shape) => {
      const size = fan(fansOf(name, shape));
      const count = shape.reduce((product, n) => product * n, 1);
      const bound = gain * Math.sqrt(3 / size);
      const values =
        law === "uniform" ? uniform(key, count, -bound, bound) : normal(key, count, 0, gain / Math.sqrt(size));
      return tf.tensor(values, [...shape]);
    },
  };
}

/**
 * Returns the fans of a kernel.
 *
 * @throws {UserError} naming the initializer when `shape` has no inputs and outputs.
 */
export function fansOf(who: string, shape: readonly number[]): Fans {
  if (shape.length < 2) throw new UserError(`${who}: needs a kernel [in, out] or more, not [${shape}]; use constant()`);
  const field = shape.slice(0, -2).reduce((product, n) => product * n, 1);
  return { fanIn: field * shape.at(-2)!, fanOut: field * shape.at(-1)! };
}

/**
 * Checks a gain.
 *
 * @throws {UserError} when it is not a finite number above 0.
 */
export function checkGain(who: string, gain: number): void {
  if (Number.isFinite(gain) && gain > 0) return;
  throw new UserError(`${who}: gain must be a finite number above 0, not ${gain}`);
}

/** Returns a gain in four digits: `gain 1.414`. */
export const gainNamed = (gain: number): string => `gain ${Number(gain.toPrecision(4))}`;
