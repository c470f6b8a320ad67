import type { Optimizer } from "../core/optimizer.ts";
import { filledIn, type AdamOptions } from "./adam-options.ts";
import { adaptive } from "./adaptive.ts";
import { rateAt } from "./learning-rate.ts";
import { checkDecay, penaltyOf } from "./weight-decay.ts";

/**
 * Makes Adam (Kingma & Ba 2015, algorithm 1; Reddi et al. 2018 for `amsgrad`): next = params - learningRate · m̂ /
 * (√v̂ + epsilon), with the averages m and v of gradients and of their squares, corrected for their start at 0. Its weight
 * decay is coupled, a penalty; that of `adamW` is not. Its state is m, v and what corrects them.
 *
 * @throws {UserError} for an option that is not one. A training errors with it when the learning rate of a step is not a
 * number from 0 up.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const filled = filledIn("adam", options, 0);
  const { learningRate, weightDecay, decay } = filled;
  const { init, move } = adaptive(filled);
  return {
    name: "adam",
    options: { ...filled },
    ...penaltyOf(weightDecay, decay),
    init: (params) => {
      checkDecay("adam", weightDecay, decay, params);
      return init(params);
    },
    update: (params, grads, state, step, steering) => {
      const rate = rateAt("adam", learningRate, step, steering);
      return { ...move(params, grads, state, rate), learningRate: rate };
    },
  };
}
