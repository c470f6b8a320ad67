import type { Initializer } from "./initializer.ts";
import { gainNamed, scaled, type Scaling } from "./scaled.ts";

export interface GlorotOptions {
  /** Factor of the draws; √2 suits ReLU. Default 1. */
  readonly gain?: number;
}

const glorot = (name: string, law: Scaling["law"], { gain = 1 }: GlorotOptions): Initializer =>
  scaled({ name, law, gain, detail: gainNamed(gain), fan: ({ fanIn, fanOut }) => (fanIn + fanOut) / 2 });

/**
 * Makes the initializer that draws U(-a, a), a = gain sqrt(6 / (fanIn + fanOut)): Glorot and Bengio (2010), PyTorch's
 * `xavier_uniform_`.
 */
export function glorotUniform(options: GlorotOptions = {}): Initializer {
  return glorot("glorotUniform", "uniform", options);
}

/**
 * Makes the initializer that draws N(0, sd), sd = gain sqrt(2 / (fanIn + fanOut)): Glorot and Bengio (2010), PyTorch's
 * `xavier_normal_`.
 */
export function glorotNormal(options: GlorotOptions = {}): Initializer {
  return glorot("glorotNormal", "normal", options);
}
