import { checkOptions, from } from "../core/options.ts";
import type { Normalization } from "./layer.ts";
import { sampleNorm } from "./sample-norm.ts";

/** Options of `instanceNorm`. */
export interface InstanceNormOptions {
  /** ε, added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Makes an instance normalization: `[size, height, width, units]` to the same shape.
 *
 *     y = scale (x - μ) / sqrt(σ² + ε) + shift
 *
 * where μ and σ² are those of one unit over the positions of one example. Parameters `scale` (1) and `shift` (0),
 * `[units]` each; no state. A linear map before it goes without a bias. With `vgg` use `head: []`.
 *
 * Source: Ulyanov, Vedaldi and Lempitsky 2016, "Instance Normalization".
 *
 * @throws {UserError} for an option that is not one. `init` throws it for a dense layer, which has no positions.
 */
export function instanceNorm(options: InstanceNormOptions = {}): Normalization {
  const { epsilon = 1e-5 } = checkOptions<InstanceNormOptions>("instanceNorm", options, { epsilon: from(0) });
  return sampleNorm("instanceNorm", { mean: true, epsilon, groups: (units) => units, absorbsBias: true });
}
