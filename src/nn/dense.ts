import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";
import { UserError } from "../core/errors.ts";
import { glorotUniform } from "./glorot.ts";
import type { Layer } from "./layer.ts";

/** A linear map with bias: `[n, in]` to `[n, units]`. Kernel `[in, units]`, Glorot uniform; bias zero. */
export function dense({ units, bias = true }: { units: number; bias?: boolean }): Layer {
  return {
    name: `dense(${units})`,
    options: { units, bias },
    init: (key, shape) => {
      if (shape.length !== 1)
        throw new UserError(`dense: needs flat examples, not [${shape}]; put flatten() before it`);
      const kernel = glorotUniform(key, [shape[0]!, units]);
      return { params: bias ? { kernel, bias: tf.zeros([units]) } : { kernel }, state: {}, shape: [units] };
    },
    apply: (params, state, x) => {
      const y = tf.matMul(x, params["kernel"] as Tensor2D);
      return [params["bias"] ? tf.add(y, params["bias"]) : y, state];
    },
  };
}
