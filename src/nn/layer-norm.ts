import { checkOptions, from } from "../core/options.ts";
import type { Normalization } from "./layer.ts";
import { sampleNorm } from "./sample-norm.ts";

/** Options of `layerNorm`. */
export interface LayerNormOptions {
  /** ε, added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Makes a layer normalization: `[size, …, units]` to the same shape.
 *
 *     y = scale (x - μ) / sqrt(σ² + ε) + shift
 *
 * where μ and σ² are those of all values of one example. Parameters `scale` (1) and `shift` (0), `[units]` each; no
 * state.
 *
 * Source: Ba, Kiros and Hinton 2016, "Layer Normalization".
 *
 * @throws {UserError} for an option that is not one.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { layerNorm, rootKey } from "gradstream";
 *
 * const norm = layerNorm({ epsilon: 0 });
 * const { params, state } = norm.init(rootKey(0), [2]);
 * const [y] = norm.apply(params, state, tf.tensor2d([[1, 3]]), "train");
 * console.log([...y.dataSync()]); // [ -1, 1 ]
 * ```
 */
export function layerNorm(options: LayerNormOptions = {}): Normalization {
  const { epsilon = 1e-5 } = checkOptions<LayerNormOptions>("layerNorm", options, { epsilon: from(0) });
  return sampleNorm("layerNorm", { mean: true, epsilon, groups: () => 1 });
}
