import { UserError } from "../core/errors.ts";
import { from, type Wanted } from "../core/options.ts";
import { isSource, steeredOption, Steering, type Steered, type StepSteering } from "../core/steering.ts";

/**
 * A learning rate: a number, a function from the step (from 0) to it, such as `(step) => 0.1 * 0.99 ** step` or a schedule,
 * or an Observable, the newest value of which holds.
 */
export type LearningRate = Steered;

const rate = { ...from(0), what: "a number from 0 up" };

/** Condition on the option `learningRate`. */
export const rateOption: Wanted = steeredOption(from(0));

/** Condition on a rate that is a number or a schedule. */
export const scheduledOption: Wanted = {
  what: `${from(0).what}, or a function of the step`,
  accepts: (value) => typeof value === "function" || from(0).accepts(value),
};

/**
 * Returns the learning rate of a step.
 *
 * @throws {UserError} naming the optimizer when it is not a number from 0 up, and for an Observable without a training
 * that listens to it.
 */
export function rateAt(who: string, learningRate: LearningRate, step: number, steering?: StepSteering): number {
  if (steering === undefined && isSource(learningRate)) {
    throw new UserError(`${who}: an Observable steers learningRate, and nothing listens to it; train() does`);
  }
  return (steering ?? new Steering().of(step)).at(who, "learningRate", learningRate, rate);
}
