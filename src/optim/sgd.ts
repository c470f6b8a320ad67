import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { combinationKernel } from "../core/kernels.ts";
import { checkOptions, flag, from, required } from "../core/options.ts";
import type { Optimizer } from "../core/optimizer.ts";
import { mapParams, type Params, type State } from "../core/params.ts";
import { rateAt, rateOption, type LearningRate } from "./learning-rate.ts";
import { toState, zeroSlot } from "./slots.ts";
import { checkDecay, decayOption, penaltyOf, type Decaying } from "./weight-decay.ts";

/** Options of `sgd`. */
export interface SgdOptions {
  /** Learning rate, a function from the step (from 0) to it, `(step) => 0.1 * 0.99 ** step`, or an Observable. */
  readonly learningRate: LearningRate;
  /** Factor μ of the velocity of the step before. Default 0: no velocity. */
  readonly momentum?: number;
  /** Part of the gradient that the velocity leaves out, after the first step. Default 0. */
  readonly dampening?: number;
  /** Whether the step looks ahead along the velocity. Wants a momentum, and no dampening. Default `false`. */
  readonly nesterov?: boolean;
  /** Coefficient λ of the penalty λ/2·‖θ‖², as in PyTorch's `SGD(weight_decay)`. Default 0. */
  readonly weightDecay?: number;
  /**
   * Parameters that decay: `all`, as in PyTorch; `kernels`, those named `kernel` (no bias, scale, shift or threshold; of
   * weight normalization the direction, not its gain); or those whose names match a pattern. Default `all`.
   */
  readonly decay?: Decaying;
}

/**
 * Makes stochastic gradient descent: next = params - learningRate · v, where v is the gradient of loss plus penalty or,
 * with momentum, v ← momentum · v + (1 - dampening) · gradient, as in PyTorch. Its state is v, where there is momentum.
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
  const given = checkOptions<SgdOptions>("sgd", options, {
    learningRate: required(rateOption),
    momentum: from(0),
    dampening: from(0),
    nesterov: flag,
    weightDecay: from(0),
    decay: decayOption,
  });
  const { learningRate, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0, decay = "all" } = given;
  if (nesterov && (momentum === 0 || dampening > 0)) {
    throw new UserError("sgd: nesterov looks ahead along the velocity: it wants a momentum above 0, and no dampening");
  }
  const velocityOptions = momentum === 0 ? {} : { momentum, dampening, nesterov };
  const turned = (grads: Params, state: State): { readonly direction: Params; readonly state: State } => {
    if (momentum === 0) return { direction: grads, state };
    // The first velocity is the whole gradient: `begun` is 0 there.
    const part = dampening > 0 ? tf.sub(1, tf.mul(state["begun"]!, dampening)) : 1;
    const velocity = mapParams(grads, (grad, name) => {
      const before = state[`velocity/${name}`]!;
      if (typeof part === "number") return combinationKernel(before, momentum, grad, part);
      return tf.add(tf.mul(before, momentum), tf.mul(grad, part));
    });
    const direction = nesterov
      ? mapParams(grads, (grad, name) => combinationKernel(grad, 1, velocity[name]!, momentum))
      : velocity;
    const begun = dampening > 0 ? { begun: tf.scalar(1) } : {};
    return { direction, state: Object.assign(begun, toState("velocity", velocity)) };
  };
  return {
    name: "sgd",
    options: { learningRate, ...velocityOptions, weightDecay, decay },
    ...penaltyOf(weightDecay, decay),
    init: (params) => {
      checkDecay("sgd", weightDecay, decay, params);
      if (momentum === 0) return {};
      return Object.assign(dampening > 0 ? { begun: tf.scalar(0) } : {}, zeroSlot("velocity", params));
    },
    update: (params, grads, state, step, steering) => {
      const rate = rateAt("sgd", learningRate, step, steering);
      const { direction, state: after } = turned(grads, state);
      const next = mapParams(params, (value, name) => combinationKernel(value, 1, direction[name]!, -rate));
      return { params: next, state: after, learningRate: rate };
    },
  };
}
