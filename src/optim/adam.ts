import { checkOptions, flag, from } from "../core/options.ts";
import type { Optimizer } from "../core/optimizer.ts";
import { adaptive, betaOption } from "./adaptive.ts";
import { rateAt, rateOption, type LearningRate } from "./learning-rate.ts";
import { decayOption, penaltyOf, type Decaying } from "./weight-decay.ts";

/** Options of `adam`. */
export interface AdamOptions {
  /** Learning rate, or a function from the step (from 0) to it. Default 1e-3. */
  readonly learningRate?: LearningRate;
  /** Rate β₁ of the moving average of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Rate β₂ of the moving average of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the average of squares. Default 1e-8. */
  readonly epsilon?: number;
  /** Whether the largest average of squares so far counts (AMSGrad). Default `false`. */
  readonly amsgrad?: boolean;
  /** Coefficient λ of the penalty λ/2·‖θ‖², whose gradient is averaged along. Default 0. */
  readonly weightDecay?: number;
  /** Parameters that decay: `all`, `kernels`, or those whose names match a pattern. Default `all`. */
  readonly decay?: Decaying;
}

/**
 * Makes Adam (Kingma & Ba 2015, algorithm 1; Reddi et al. 2018 for `amsgrad`): next = params - learningRate · m̂ /
 * (√v̂ + epsilon), with the averages m and v of gradients and of their squares, corrected for their start at 0. Its weight
 * decay is coupled, a penalty; that of `adamW` is not. Its state is m, v and what corrects them.
 *
 * @throws {UserError} for an option that is not one. A training errors with it when the learning rate of a step is not a
 * number from 0 up.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const given = checkOptions<AdamOptions>("adam", options, {
    learningRate: rateOption,
    beta1: betaOption,
    beta2: betaOption,
    epsilon: from(0),
    amsgrad: flag,
    weightDecay: from(0),
    decay: decayOption,
  });
  const { learningRate = 1e-3, weightDecay = 0, decay = "all" } = given;
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false } = given;
  const { init, move } = adaptive({ beta1, beta2, epsilon, amsgrad });
  return {
    name: "adam",
    options: { learningRate, beta1, beta2, epsilon, amsgrad, weightDecay, decay },
    ...penaltyOf(weightDecay, decay),
    init,
    update: (params, grads, state, step) => {
      const rate = rateAt("adam", learningRate, step);
      return { ...move(params, grads, state, rate), learningRate: rate };
    },
  };
}
