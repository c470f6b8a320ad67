import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import type { Wanted } from "../core/options.ts";
import type { Penalty } from "../core/optimizer.ts";
import { filterParams, mapParams, roleOf, type Params } from "../core/params.ts";

/**
 * A choice of the parameters that decay: `all`; `kernels`, those named `kernel` (no bias, scale, shift or threshold; of
 * weight normalization the direction, not its gain); or those whose names match, `/^layer[12]\//`.
 */
export type Decaying = "kernels" | "all" | RegExp;

/** Condition on the option `decay`. */
export const decayOption: Wanted = {
  what: '"kernels" or "all", or a pattern of names such as /kernel$/',
  accepts: (value) => value === "kernels" || value === "all" || value instanceof RegExp,
};

/** Returns whether a parameter decays. */
export function decays(decay: Decaying, name: string): boolean {
  if (decay === "all") return true;
  return decay === "kernels" ? roleOf(name) === "kernel" : matchesName(decay, name);
}

/** Returns whether a name matches, whatever the pattern matched before. */
export const matchesName = (pattern: RegExp, name: string): boolean => name.search(pattern) >= 0;

/**
 * Checks that a pattern of what decays fits a parameter.
 *
 * @throws {UserError} naming the pattern and some parameters.
 */
export function checkDecay(who: string, weightDecay: number, decay: Decaying, params: Params): void {
  const names = Object.keys(params);
  if (weightDecay === 0 || !(decay instanceof RegExp) || names.some((name) => matchesName(decay, name))) return;
  throw new UserError(`${who}: no parameter matches decay ${String(decay)}; there are ${names.slice(0, 6).join(", ")}`);
}

/** Makes the coupled decay: the penalty weightDecay / 2 · Σ w² over the parameters that decay; none for 0. */
export function penaltyOf(weightDecay: number, decay: Decaying): { readonly penalty?: Penalty } {
  if (weightDecay === 0) return {};
  const includes = (name: string): boolean => decays(decay, name);
  const penalty: Penalty = {
    coefficient: weightDecay,
    includes,
    value: (params) => {
      const own = Object.entries(params).filter(([name]) => includes(name));
      const squares = own.map(([, value]) => tf.sum(tf.square(value)));
      return tf.mul(squares.length > 0 ? tf.addN(squares) : tf.scalar(0), weightDecay / 2);
    },
    addGradient: (grads, params) =>
      mapParams(grads, (grad, name) => (includes(name) ? tf.add(grad, tf.mul(params[name]!, weightDecay)) : grad)),
  };
  return { penalty };
}

/** Restricts a penalty to the parameters whose names are within. */
export function penaltyWithin(penalty: Penalty, isWithin: (name: string) => boolean): Penalty {
  const within = (params: Params): Params => filterParams(params, isWithin);
  return {
    ...penalty,
    includes: (name) => isWithin(name) && (penalty.includes?.(name) ?? true),
    value: (params) => penalty.value(within(params)),
    addGradient: (grads, params) => ({ ...grads, ...penalty.addGradient(within(grads), within(params)) }),
  };
}

/** Applies the decoupled decay: w · (1 - rate · weightDecay) for the parameters that decay. */
export function decayed(params: Params, rate: number, weightDecay: number, decay: Decaying): Params {
  const factor = 1 - rate * weightDecay;
  return mapParams(params, (value, name) => (factor !== 1 && decays(decay, name) ? tf.mul(value, factor) : value));
}
