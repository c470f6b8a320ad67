import { UserError } from "../core/errors.ts";
import { maxPoolKernel } from "../core/kernels.ts";
import { stateless, type Layer } from "./layer.ts";

/** Maximum over windows of `size` x `size` without overlap; a rest at the right or lower edge is left out. */
export function maxPool({ size = 2 }: { size?: number } = {}): Layer {
  const pool = stateless(
    `maxPool(${size})`,
    ([height, width, channels]) => {
      const shape = [Math.floor(height! / size), Math.floor(width! / size), channels!];
      if (shape.includes(0)) throw new UserError(`maxPool: windows of ${size} do not fit ${height} x ${width}`);
      return shape;
    },
    (x) => maxPoolKernel(x, { size }),
  );
  return { ...pool, options: { size, stride: size } };
}
