import type { Optimizer } from "../core/optimizer.ts";
import { filledIn, type AdamOptions } from "./adam-options.ts";
import { adaptive } from "./adaptive.ts";
import { rateAt } from "./learning-rate.ts";
import { checkDecay, decayed } from "./weight-decay.ts";

/** Options of `adamW`: those of `adam`. `weightDecay` is decoupled from the gradient; default 0.01. */
export type AdamWOptions = AdamOptions;

/**
 * Makes AdamW (Loshchilov & Hutter 2019, algorithm 2, as PyTorch has it): parameters shrink by learningRate · weightDecay,
 * apart from the gradient, then move as with `adam`. No reading counts the decay as a part of the objective.
 *
 * @throws {UserError} for an option that is not one. A training errors with it when the learning rate of a step is not a
 * number from 0 up.
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const filled = filledIn("adamW", options, 0.01);
  const { learningRate, weightDecay, decay } = filled;
  const { init, move } = adaptive(filled);
  return {
    name: "adamW",
    options: { ...filled },
    init: (params) => {
      checkDecay("adamW", weightDecay, decay, params);
      return init(params);
    },
    update: (params, grads, state, step, steering) => {
      const rate = rateAt("adamW", learningRate, step, steering);
      return { ...move(decayed(params, rate, weightDecay, decay), grads, state, rate), learningRate: rate };
    },
  };
}
