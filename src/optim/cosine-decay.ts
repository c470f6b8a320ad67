import { describeAs } from "../core/described.ts";
import { checkOptions, from, required, whole } from "../core/options.ts";

/** Options of `cosineDecay`. */
export interface CosineDecayOptions {
  /** Rate of the first step. */
  readonly initial: number;
  /** Steps until the rate is `final`, and stays there. */
  readonly steps: number;
  /** Default 0. */
  readonly final?: number;
}

/**
 * Makes a learning rate that falls along half a cosine: final + (initial - final) · (1 + cos(π · step / steps)) / 2
 * (Loshchilov & Hutter 2017, without restarts).
 *
 * @throws {UserError} for an option that is missing or not one.
 *
 * @example
 * ```ts
 * import { cosineDecay } from "gradstream";
 *
 * const rate = cosineDecay({ initial: 0.5, steps: 100 });
 * console.log(rate(0), rate(50).toFixed(2), rate(100)); // 0.5 0.25 0
 * ```
 */
export function cosineDecay(options: CosineDecayOptions): (step: number) => number {
  const {
    initial,
    steps,
    final = 0,
  } = checkOptions<CosineDecayOptions>("cosineDecay", options, {
    initial: required(from(0)),
    steps: required(whole(1)),
    final: from(0),
  });
  const rate = (step: number): number =>
    final + ((initial - final) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps))) / 2;
  return describeAs(rate, { name: "cosineDecay", initial, steps, final });
}
