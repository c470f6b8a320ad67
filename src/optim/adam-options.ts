import { checkOptions, flag, from } from "../core/options.ts";
import { betaOption } from "./adaptive.ts";
import { rateOption, type LearningRate } from "./learning-rate.ts";
import { decayOption, type Decaying } from "./weight-decay.ts";

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
 * Checks the options of an optimizer of Adam's kind, and fills in the usual values; `usualDecay` is its own.
 *
 * @throws {UserError} for an option that is not one.
 */
export function filledIn(who: string, options: AdamOptions, usualDecay: number): Required<AdamOptions> {
  const given = checkOptions<AdamOptions>(who, options, {
    learningRate: rateOption,
    beta1: betaOption,
    beta2: betaOption,
    epsilon: from(0),
    amsgrad: flag,
    weightDecay: from(0),
    decay: decayOption,
  });
  const { learningRate = 1e-3, weightDecay = usualDecay, decay = "all" } = given;
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false } = given;
  return { learningRate, beta1, beta2, epsilon, amsgrad, weightDecay, decay };
}
