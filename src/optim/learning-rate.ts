import { UserError } from "../core/errors.ts";
import { from, type Wanted } from "../core/options.ts";

/** A learning rate, or a function from the step (from 0) to it: `(step) => 0.1 * 0.99 ** step`, or a schedule. */
export type LearningRate = number | ((step: number) => number);

/** Condition on the option `learningRate`. */
export const rateOption: Wanted = {
  what: `${from(0).what}, or a function of the step`,
  accepts: (value) => typeof value === "function" || from(0).accepts(value),
};

/**
 * Returns the learning rate of a step.
 *
 * @throws {UserError} naming the optimizer when it is not a number from 0 up.
 */
export function rateAt(who: string, learningRate: LearningRate, step: number): number {
  const rate = typeof learningRate === "function" ? learningRate(step) : learningRate;
  if (Number.isFinite(rate) && rate >= 0) return rate;
  throw new UserError(`${who}: learningRate(${step}) gave ${rate}, not a number from 0 up`);
}
