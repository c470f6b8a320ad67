import { describeAs } from "../core/described.ts";
import { checkOptions, from, required, whole } from "../core/options.ts";
import { rateAt, scheduledOption } from "./learning-rate.ts";

/** Options of `linearWarmUp`. */
export interface LinearWarmUpOptions {
  /** Steps of the warm-up. */
  readonly steps: number;
  /** Rate that it comes to: a number, or a schedule that begins, at its step 0, where the warm-up ends. */
  readonly then: number | ((step: number) => number);
  /** Part of that rate from which the line starts, one step before the first. Default 0. */
  readonly from?: number;
}

/**
 * Makes a learning rate that grows on a line, rate · (step + 1) / steps, and then goes on as another.
 *
 * @throws {UserError} for an option that is missing or not one.
 *
 * @example
 * ```ts
 * import { cosineDecay, linearWarmUp } from "gradstream";
 *
 * const rate = linearWarmUp({ steps: 10, then: cosineDecay({ initial: 1, steps: 90 }) });
 * console.log(rate(0), rate(4), rate(9), rate(100)); // 0.1 0.5 1 0
 * ```
 */
export function linearWarmUp(options: LinearWarmUpOptions): (step: number) => number {
  const given = checkOptions<LinearWarmUpOptions>("linearWarmUp", options, {
    steps: required(whole(1)),
    then: required(scheduledOption),
    from: from(0),
  });
  const { steps, then, from: start = 0 } = given;
  const rate = (step: number): number =>
    step < steps
      ? rateAt("linearWarmUp", then, 0) * (start + ((1 - start) * (step + 1)) / steps)
      : rateAt("linearWarmUp", then, step - steps);
  return describeAs(rate, { name: "linearWarmUp", steps, then, from: start });
}
