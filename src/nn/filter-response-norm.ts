import { checkOptions, from } from "../core/options.ts";
import type { Normalization } from "./layer.ts";
import { sampleNorm } from "./sample-norm.ts";

export interface FilterResponseNormOptions {
  /** ε, added to the mean square under the root. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Makes a filter response normalization (Singh and Krishnan 2020): y = scale x / sqrt(ν² + ε) + shift, where ν² is the
 * mean of x² over the positions of one unit of the example. Examples `[height, width, units]`; a dense layer has no
 * positions, and is refused. Scale (1) and shift (0) of each unit. Its thresholded linear unit is a non-linearity of
 * its own, `tlu`: build with `vgg({ norm: filterResponseNorm, nonlinearity: tlu, head: [] })` for both.
 */
export function filterResponseNorm(options: FilterResponseNormOptions = {}): Normalization {
  const { epsilon = 1e-6 } = checkOptions<FilterResponseNormOptions>("filterResponseNorm", options, {
    epsilon: from(0),
  });
  return sampleNorm("filterResponseNorm", { mean: false, epsilon, groups: (units) => units });
}
