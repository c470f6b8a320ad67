import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as option from "../core/options.ts";
import { stateless, type Layer } from "./layer.ts";
import { pooledShape } from "./pooled-shape.ts";

/**
 * Makes the mean over windows of `size` × `size` (default 2) without overlap: `[batch, height, width, channels]` to
 * `[batch, ⌊height / size⌋, ⌊width / size⌋, channels]`; a remainder at the right or lower edge is left out. No
 * parameters, no state.
 *
 * @throws {UserError} for an option that is not one. `init` throws it for examples that are not images, or smaller than
 * a window.
 */
export function avgPool(options: { readonly size?: number } = {}): Layer {
  const { size = 2 } = option.checkOptions<typeof options>("avgPool", options, { size: option.number });
  option.checkWhole("avgPool", { size });
  const pooled = pooledShape("avgPool", size);
  const pool = stateless(`avgPool(${size})`, pooled, (x) => {
    pooled(x.shape.slice(1));
    return tf.avgPool(x as Tensor4D, size, size, "valid");
  });
  return { ...pool, options: { size, stride: size } };
}
