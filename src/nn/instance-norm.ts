import { checkOptions, from } from "../core/options.ts";
import type { Normalization } from "./layer.ts";
import { sampleNorm } from "./sample-norm.ts";

export interface InstanceNormOptions {
  /** ε, added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Makes an instance normalization (Ulyanov, Vedaldi and Lempitsky 2016): y = scale (x - μ) / sqrt(σ² + ε) + shift,
 * where μ and σ² are those of one unit over the positions of the example. Examples `[height, width, units]`; a dense
 * layer has no positions, and is refused (`vgg({ norm: instanceNorm, head: [] })`). Scale (1) and shift (0) of each
 * unit.
 */
export function instanceNorm(options: InstanceNormOptions = {}): Normalization {
  const { epsilon = 1e-5 } = checkOptions<InstanceNormOptions>("instanceNorm", options, { epsilon: from(0) });
  return sampleNorm("instanceNorm", { mean: true, epsilon, groups: (units) => units, absorbsBias: true });
}
