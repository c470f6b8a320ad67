import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { above, checkOptions } from "../core/options.ts";
import type { Optimizer } from "../core/optimizer.ts";
import { mapParams } from "../core/params.ts";
import { norm as lengthOf, toVector } from "../core/vectors.ts";

/** Options of `clipped`: one of the two. */
export interface ClippedOptions {
  /** Length that the gradient of all parameters together is scaled down to. Default: `value` is given. */
  readonly norm?: number;
  /** Bound that every number of the gradient is cut to, below and above 0. Default: `norm` is given. */
  readonly value?: number;
}

/**
 * Makes an optimizer that gets clipped gradients, as PyTorch's `clip_grad_norm_` and `clip_grad_value_` give them: scaled
 * down to a length, or cut number by number. They are those of loss plus penalty; readings show them before.
 *
 * @throws {UserError} unless just one of `norm` and `value` is given, above 0.
 *
 * @example
 * ```ts
 * import { clipped, sgd } from "gradstream";
 *
 * const optimizer = clipped(sgd({ learningRate: 0.1, momentum: 0.9 }), { norm: 1 });
 * console.log(optimizer.name); // clipped sgd
 * ```
 */
export function clipped(optimizer: Optimizer, options: ClippedOptions): Optimizer {
  const { norm, value } = checkOptions<ClippedOptions>("clipped", options, { norm: above(0), value: above(0) });
  if ((norm === undefined) === (value === undefined)) {
    throw new UserError("clipped: takes { norm } or { value }, one of them");
  }
  return {
    ...optimizer,
    name: `clipped ${optimizer.name}`,
    options: { ...optimizer.options, clipped: norm === undefined ? { value } : { norm } },
    update: (params, grads, state, ...rest) => {
      if (value !== undefined) {
        const cut = mapParams(grads, (grad) => tf.clipByValue(grad, -value, value));
        return optimizer.update(params, cut, state, ...rest);
      }
      // The small number is PyTorch's.
      const factor = tf.minimum(tf.div(norm!, tf.add(lengthOf(toVector(grads)), 1e-6)), 1);
      const scaled = mapParams(grads, (grad) => tf.mul(grad, factor));
      return optimizer.update(params, scaled, state, ...rest);
    },
  };
}
