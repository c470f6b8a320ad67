import { checkOptions, from } from "../core/options.ts";
import type { Normalization } from "./layer.ts";
import { sampleNorm } from "./sample-norm.ts";

/** Options of `rmsNorm`. */
export interface RmsNormOptions {
  /** ε, added to the mean square under the root. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Makes a root mean square layer normalization: `[size, …, units]` to the same shape.
 *
 *     y = scale x / sqrt(mean x² + ε)
 *
 * with the mean over all values of one example. Parameter `scale` (1), `[units]`; no shift, no state.
 *
 * Source: Zhang and Sennrich 2019, "Root Mean Square Layer Normalization".
 *
 * @throws {UserError} for an option that is not one.
 */
export function rmsNorm(options: RmsNormOptions = {}): Normalization {
  const { epsilon = 1e-5 } = checkOptions<RmsNormOptions>("rmsNorm", options, { epsilon: from(0) });
  return sampleNorm("rmsNorm", { mean: false, epsilon, groups: () => 1, shift: false });
}
