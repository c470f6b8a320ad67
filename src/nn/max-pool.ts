import * as tf from "@tensorflow/tfjs";
import type { Tensor4D } from "@tensorflow/tfjs";
import { UserError } from "../core/errors.ts";
import { stateless, type Layer } from "./layer.ts";

/** Maximum over windows of `size` x `size` without overlap; a rest at the right or lower edge is left out. */
export function maxPool({ size = 2 }: { size?: number } = {}): Layer {
  return stateless(
    `maxPool(${size})`,
    ([height, width, channels]) => {
      const shape = [Math.floor(height! / size), Math.floor(width! / size), channels!];
      if (shape.includes(0)) throw new UserError(`maxPool: windows of ${size} do not fit ${height} x ${width}`);
      return shape;
    },
    (x) => tf.maxPool(x as Tensor4D, size, size, "valid"),
  );
}
