import { checkOptions, flag, from } from "../core/options.ts";
import type { Optimizer } from "../core/optimizer.ts";
import type { AdamOptions } from "./adam.ts";
import { adaptive, betaOption } from "./adaptive.ts";
import { rateAt, rateOption } from "./learning-rate.ts";
import { decayed, decayOption } from "./weight-decay.ts";

/** Options of `adamW`: those of `adam`. Its `weightDecay` is no penalty, and 0.01 by default. */
export type AdamWOptions = AdamOptions;

/**
 * Makes AdamW (Loshchilov & Hutter 2019, algorithm 2, as PyTorch has it): parameters shrink by learningRate · weightDecay,
 * apart from the gradient, then move as with `adam`. No reading counts the decay as a part of the objective.
 *
 * @throws {UserError} for an option that is not one. A training errors with it when the learning rate of a step is not a
 * number from 0 up.
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const given = checkOptions<AdamWOptions>("adamW", options, {
    learningRate: rateOption,
    beta1: betaOption,
    beta2: betaOption,
    epsilon: from(0),
    amsgrad: flag,
    weightDecay: from(0),
    decay: decayOption,
  });
  const { learningRate = 1e-3, weightDecay = 0.01, decay = "all" } = given;
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false } = given;
  const { init, move } = adaptive({ beta1, beta2, epsilon, amsgrad });
  return {
    name: "adamW",
    options: { learningRate, beta1, beta2, epsilon, amsgrad, weightDecay, decay },
    init,
    update: (params, grads, state, step) => {
      const rate = rateAt("adamW", learningRate, step);
      return { ...move(decayed(params, rate, weightDecay, decay), grads, state, rate), learningRate: rate };
    },
  };
}
