import type { Initializer } from "./initializer.ts";
import { gainNamed, scaled, type Scaling } from "./scaled.ts";

/** Options of `glorotUniform` and `glorotNormal`. */
export interface GlorotOptions {
  /** Factor of the draws; √2 suits ReLU. Default 1. */
  readonly gain?: number;
}

const glorot = (name: string, law: Scaling["law"], { gain = 1 }: GlorotOptions): Initializer =>
  scaled({ name, law, gain, detail: gainNamed(gain), fan: ({ fanIn, fanOut }) => (fanIn + fanOut) / 2 });

/**
 * Makes the initializer that draws from U(-a, a) with a = gain · sqrt(6 / (fanIn + fanOut)), PyTorch's
 * `xavier_uniform_`.
 *
 * Source: Glorot and Bengio 2010.
 *
 * @throws {UserError} when the gain is not a finite number above 0.
 */
export function glorotUniform(options: GlorotOptions = {}): Initializer {
  return glorot("glorotUniform", "uniform", options);
}

/**
 * Makes the initializer that draws from N(0, sd) with sd = gain · sqrt(2 / (fanIn + fanOut)), PyTorch's
 * `xavier_normal_`.
 *
 * Source: Glorot and Bengio 2010.
 *
 * @throws {UserError} when the gain is not a finite number above 0.
 */
export function glorotNormal(options: GlorotOptions = {}): Initializer {
  return glorot("glorotNormal", "normal", options);
}
