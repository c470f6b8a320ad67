import { describeAs } from "../core/described.ts";
import { above, checkOptions, from, required, whole } from "../core/options.ts";

/** Options of `stepDecay`. */
export interface StepDecayOptions {
  /** Rate of the first steps. */
  readonly initial: number;
  /** Steps after which the rate changes, again and again. */
  readonly every: number;
  /** Factor by which the rate is multiplied. Default 0.1. */
  readonly factor?: number;
}

/**
 * Makes a learning rate that changes by a factor every so many steps: initial · factor^⌊step / every⌋.
 *
 * @throws {UserError} for an option that is missing or not one.
 *
 * @example
 * ```ts
 * import { stepDecay } from "gradstream";
 *
 * const rate = stepDecay({ initial: 0.5, every: 100, factor: 0.5 });
 * console.log(rate(99), rate(100), rate(200)); // 0.5 0.25 0.125
 * ```
 */
export function stepDecay(options: StepDecayOptions): (step: number) => number {
  const {
    initial,
    every,
    factor = 0.1,
  } = checkOptions<StepDecayOptions>("stepDecay", options, {
    initial: required(from(0)),
    every: required(whole(1)),
    factor: above(0),
  });
  const rate = (step: number): number => initial * factor ** Math.floor(step / every);
  return describeAs(rate, { name: "stepDecay", initial, every, factor });
}
