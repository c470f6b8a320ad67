import { checkOptions, from } from "../core/options.ts";
import type { Normalization } from "./layer.ts";
import { sampleNorm } from "./sample-norm.ts";

export interface LayerNormOptions {
  /** ε, added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Makes a layer normalization (Ba, Kiros and Hinton 2016): y = scale (x - μ) / sqrt(σ² + ε) + shift, where μ and σ² are
 * those of all values of the example. Examples of any shape; scale (1) and shift (0) of each unit, for an image each
 * channel.
 */
export function layerNorm(options: LayerNormOptions = {}): Normalization {
  const { epsilon = 1e-5 } = checkOptions<LayerNormOptions>("layerNorm", options, { epsilon: from(0) });
  return sampleNorm("layerNorm", { mean: true, epsilon, groups: () => 1 });
}
