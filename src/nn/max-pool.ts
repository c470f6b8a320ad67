import { maxPoolKernel } from "../core/kernels.ts";
import * as option from "../core/options.ts";
import { stateless, type Layer } from "./layer.ts";
import { pooledShape } from "./pooled-shape.ts";

/**
 * Makes a max-pool over windows of `size` × `size` (default 2) without overlap: `[batch, height, width, channels]` to
 * `[batch, ⌊height / size⌋, ⌊width / size⌋, channels]`; a remainder at the right or lower edge is left out. No
 * parameters, no state.
 *
 * @throws {UserError} for an option that is not one. `init` throws it for examples that are not images, or smaller than
 * a window.
 */
export function maxPool(options: { readonly size?: number } = {}): Layer {
  const { size = 2 } = option.checkOptions<typeof options>("maxPool", options, { size: option.number });
  option.checkWhole("maxPool", { size });
  const pooled = pooledShape("maxPool", size);
  const pool = stateless(`maxPool(${size})`, pooled, (x) => {
    pooled(x.shape.slice(1));
    return maxPoolKernel(x, { size });
  });
  return { ...pool, options: { size, stride: size } };
}
