import * as tf from "@tensorflow/tfjs-core";
import type { Layer, Normalization } from "./layer.ts";

/**
 * Makes a normalization of every position by itself, over its units, of one of whole examples: `[size, …, units]` to the same
 * shape. `positionwise(layerNorm())` is the layer normalization of transformers. Tensors are those of `norm`.
 *
 * @throws {UserError} from `init` for what `norm` cannot take of a single position.
 *
 * @example
 * ```ts
 * import { layerNorm, positionwise, rootKey } from "gradstream";
 *
 * const { params, shape } = positionwise(layerNorm()).init(rootKey(0), [6, 8]);
 * console.log(params["scale"]!.shape, shape); // [ 8 ] [ 6, 8 ]
 * ```
 */
export function positionwise(norm: Layer): Normalization {
  return {
    name: `positionwise ${norm.name}`,
    ...(norm.options && { options: norm.options }),
    init: (key, shape) => {
      const { params, state } = norm.init(key, shape.slice(-1));
      return { params, state, shape };
    },
    apply: (params, state, x, ...rest) => {
      const [y, next] = norm.apply(params, state, tf.reshape(x, [-1, x.shape.at(-1)!]), ...rest);
      return [tf.reshape(y, x.shape), next];
    },
  };
}
