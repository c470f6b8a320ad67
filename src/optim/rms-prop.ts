import * as tf from "@tensorflow/tfjs-core";
import { combinationKernel } from "../core/kernels.ts";
import { checkOptions, flag, from } from "../core/options.ts";
import type { Optimizer } from "../core/optimizer.ts";
import { mapParams } from "../core/params.ts";
import { betaOption } from "./adaptive.ts";
import { rateAt, rateOption, type LearningRate } from "./learning-rate.ts";
import { average, toState, zeroSlot } from "./slots.ts";
import { checkDecay, decayOption, penaltyOf, type Decaying } from "./weight-decay.ts";

/** Options of `rmsProp`. */
export interface RmsPropOptions {
  /** Learning rate, or a function from the step (from 0) to it. Default 0.01. */
  readonly learningRate?: LearningRate;
  /** Rate α of the moving average of squared gradients. Default 0.99. */
  readonly alpha?: number;
  /** Added to the root of the average of squares. Default 1e-8. */
  readonly epsilon?: number;
  /** Factor of the velocity of the step before. Default 0. */
  readonly momentum?: number;
  /** Whether the variance of gradients counts instead of their squares. Default `false`. */
  readonly centered?: boolean;
  /** Coefficient λ of the penalty λ/2·‖θ‖². Default 0. */
  readonly weightDecay?: number;
  /** Parameters that decay: `all`, `kernels`, or those whose names match a pattern. Default `all`. */
  readonly decay?: Decaying;
}

/**
 * Makes RMSProp (Tieleman & Hinton 2012, as PyTorch has it): next = params - learningRate · v, v ← momentum · v + gradient
 * / (√s + epsilon), where s is the moving average of squared gradients or, `centered`, their variance.
 *
 * @throws {UserError} for an option that is not one. A training errors with it when the learning rate of a step is not a
 * number from 0 up.
 */
export function rmsProp(options: RmsPropOptions = {}): Optimizer {
  const given = checkOptions<RmsPropOptions>("rmsProp", options, {
    learningRate: rateOption,
    alpha: betaOption,
    epsilon: from(0),
    momentum: from(0),
    centered: flag,
    weightDecay: from(0),
    decay: decayOption,
  });
  const { learningRate = 0.01, alpha = 0.99, epsilon = 1e-8, momentum = 0, centered = false } = given;
  const { weightDecay = 0, decay = "all" } = given;
  return {
    name: "rmsProp",
    options: { learningRate, alpha, epsilon, momentum, centered, weightDecay, decay },
    ...penaltyOf(weightDecay, decay),
    init: (params) => {
      checkDecay("rmsProp", weightDecay, decay, params);
      return {
        ...zeroSlot("square", params),
        ...(centered ? zeroSlot("mean", params) : {}),
        ...(momentum > 0 ? zeroSlot("velocity", params) : {}),
      };
    },
    update: (params, grads, state, step, steering) => {
      const rate = rateAt("rmsProp", learningRate, step, steering);
      const squared = mapParams(grads, (grad) => tf.square(grad));
      const square = average(state, "square", squared, alpha);
      const mean = centered ? average(state, "mean", grads, alpha) : {};
      const velocity = mapParams(grads, (grad, name) => {
        // Of gradients that hardly change rounding can leave less than nothing.
        const spread = centered ? tf.relu(tf.sub(square[name]!, tf.square(mean[name]!))) : square[name]!;
        const scaled = tf.div(grad, tf.add(tf.sqrt(spread), epsilon));
        return momentum > 0 ? combinationKernel(state[`velocity/${name}`]!, momentum, scaled, 1) : scaled;
      });
      return {
        params: mapParams(params, (value, name) => combinationKernel(value, 1, velocity[name]!, -rate)),
        state: {
          ...toState("square", square),
          ...toState("mean", mean),
          ...(momentum > 0 ? toState("velocity", velocity) : {}),
        },
        learningRate: rate,
      };
    },
  };
}
