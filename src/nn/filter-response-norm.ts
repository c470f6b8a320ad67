import { checkOptions, from } from "../core/options.ts";
import type { Normalization } from "./layer.ts";
import { sampleNorm } from "./sample-norm.ts";

/** Options of `filterResponseNorm`. */
export interface FilterResponseNormOptions {
  /** ε, added to the mean square under the root. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Makes a filter response normalization: `[size, height, width, units]` to the same shape.
 *
 *     y = scale x / sqrt(ν² + ε) + shift
 *
 * where ν² is the mean of x² over the positions of one unit of one example. Parameters `scale` (1) and `shift` (0),
 * `[units]` each; no state. Its thresholded linear unit is the non-linearity `tlu`: `vgg({ norm: filterResponseNorm,
 * nonlinearity: tlu, head: [] })` has both.
 *
 * Source: Singh and Krishnan 2020, "Filter Response Normalization Layer".
 *
 * @throws {UserError} for an option that is not one. `init` throws it for a dense layer, which has no positions.
 */
export function filterResponseNorm(options: FilterResponseNormOptions = {}): Normalization {
  const { epsilon = 1e-6 } = checkOptions<FilterResponseNormOptions>("filterResponseNorm", options, {
    epsilon: from(0),
  });
  return sampleNorm("filterResponseNorm", { mean: false, epsilon, groups: (units) => units });
}
