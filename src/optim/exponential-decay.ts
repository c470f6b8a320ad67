import { describeAs } from "../core/described.ts";
import { above, checkOptions, from, required } from "../core/options.ts";

/** Options of `exponentialDecay`. */
export interface ExponentialDecayOptions {
  /** Rate of the first step. */
  readonly initial: number;
  /** Factor by which the rate is multiplied at each step: below 1 it falls, above 1 it grows. */
  readonly factor: number;
}

/**
 * Makes a learning rate that changes by the same factor at each step: initial · factor^step.
 *
 * @throws {UserError} for an option that is missing or not one.
 *
 * @example
 * ```ts
 * import { exponentialDecay } from "gradstream";
 *
 * const rate = exponentialDecay({ initial: 1, factor: 0.5 });
 * console.log(rate(0), rate(3)); // 1 0.125
 * ```
 */
export function exponentialDecay(options: ExponentialDecayOptions): (step: number) => number {
  const { initial, factor } = checkOptions<ExponentialDecayOptions>("exponentialDecay", options, {
    initial: required(from(0)),
    factor: required(above(0)),
  });
  const rate = (step: number): number => initial * factor ** step;
  return describeAs(rate, { name: "exponentialDecay", initial, factor });
}
