import { checkOptions, from } from "../core/options.ts";
import type { Normalization } from "./layer.ts";
import { sampleNorm } from "./sample-norm.ts";

export interface RmsNormOptions {
  /** ε, added to the mean square under the root. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Makes a root mean square layer normalization (Zhang and Sennrich 2019): y = scale x / sqrt(mean x² + ε), the mean
 * over all values of the example. Examples of any shape; scale (1) of each unit, no shift.
 */
export function rmsNorm(options: RmsNormOptions = {}): Normalization {
  const { epsilon = 1e-5 } = checkOptions<RmsNormOptions>("rmsNorm", options, { epsilon: from(0) });
  return sampleNorm("rmsNorm", { mean: false, epsilon, groups: () => 1, shift: false });
}
