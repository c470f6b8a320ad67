import * as tf from "@tensorflow/tfjs";
import type { Tensor4D } from "@tensorflow/tfjs";
import { UserError } from "../core/errors.ts";
import { glorotUniform } from "./glorot.ts";
import type { Layer } from "./layer.ts";

/**
 * A 2-D convolution, stride 1, zero padding that keeps the size: `[n, height, width, in]` to `[n, height, width, filters]`.
 * Kernel `[size, size, in, filters]`, Glorot uniform; bias zero. Leave the bias out before a normalization, whose shift
 * does its work.
 */
export function conv({ filters, size = 3, bias = true }: { filters: number; size?: number; bias?: boolean }): Layer {
  return {
    name: `conv${size}x${size}(${filters})`,
    options: { size, filters, bias, stride: 1, padding: "same" },
    init: (key, shape) => {
      if (shape.length !== 3) throw new UserError(`conv: needs [height, width, channels] examples, not [${shape}]`);
      const [height, width, channels] = shape as [number, number, number];
      const kernel = glorotUniform(key, [size, size, channels, filters]);
      const params = bias ? { kernel, bias: tf.zeros([filters]) } : { kernel };
      return { params, state: {}, shape: [height, width, filters] };
    },
    apply: (params, state, x) => {
      const y = tf.conv2d(x as Tensor4D, params["kernel"] as Tensor4D, 1, "same");
      return [params["bias"] ? tf.add(y, params["bias"]) : y, state];
    },
  };
}
