import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { checkOptions, from, oneOf, required, type Wanted } from "../core/options.ts";
import type { Optimizer, Penalty } from "../core/optimizer.ts";
import { mapParams, roleOf } from "../core/params.ts";

/** Options of `sgd`. */
export interface SgdOptions {
  /** Learning rate, or a function from the step (from 0) to it: `(step) => 0.1 * 0.99 ** step`. */
  readonly learningRate: number | ((step: number) => number);
  /** Coefficient λ of the penalty λ/2·‖θ‖², as in PyTorch's `SGD(weight_decay)`. Default 0. */
  readonly weightDecay?: number;
  /**
   * Parameters that decay: `all`, as in PyTorch, or `kernels`, those named `kernel` (no bias, scale, shift or
   * threshold; of weight normalization the direction, not its gain). Default `all`.
   */
  readonly decay?: "kernels" | "all";
}

const COVERS = { all: () => true, kernels: (name: string) => roleOf(name) === "kernel" };

const rateOption: Wanted = {
  what: `${from(0).what}, or a function of the step`,
  accepts: (value) => typeof value === "function" || from(0).accepts(value),
};

/**
 * Makes stochastic gradient descent: next = params - learningRate · grads, with the gradients of loss plus penalty. It
 * has no state.
 *
 * @throws {UserError} for an option that is missing or not one. A training errors with it when the learning rate of a
 * step is not a number from 0 up.
 *
 * @example
 * ```ts
 * import { sgd } from "gradstream";
 *
 * const optimizer = sgd({ learningRate: (step) => 0.1 * 0.99 ** step, weightDecay: 4e-4, decay: "kernels" });
 * console.log(optimizer.penalty?.coefficient); // 0.0004
 * ```
 */
export function sgd(options: SgdOptions): Optimizer {
  const {
    learningRate,
    weightDecay = 0,
    decay = "all",
  } = checkOptions<SgdOptions>("sgd", options, {
    learningRate: required(rateOption),
    weightDecay: from(0),
    decay: oneOf("kernels", "all"),
  });
  const rateAt = typeof learningRate === "function" ? learningRate : () => learningRate;
  return {
    name: "sgd",
    options: { learningRate, weightDecay, decay },
    ...(weightDecay > 0 ? { penalty: squaredNorm(weightDecay, COVERS[decay]) } : {}),
    init: () => ({}),
    update: (params, grads, state, step) => {
      const rate = rateAt(step);
      if (!isRate(rate)) throw new UserError(`sgd: learningRate(${step}) gave ${rate}, not a number from 0 up`);
      const next = mapParams(params, (value, name) => tf.sub(value, tf.mul(grads[name]!, rate)));
      return { params: next, state, learningRate: rate };
    },
  };
}

const isRate = (value: number): boolean => Number.isFinite(value) && value >= 0;

/** Makes the penalty weightDecay / 2 · Σ w² over the parameters that `includes` names. */
function squaredNorm(weightDecay: number, includes: (name: string) => boolean): Penalty {
  return {
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
}
