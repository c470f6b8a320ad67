import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { above, checkOptions, flag } from "../core/options.ts";
import type { Optimizer } from "../core/optimizer.ts";
import { mapParams } from "../core/params.ts";
import { norm, toVector } from "../core/vectors.ts";

/** Options of `sam`. */
export interface SamOptions {
  /** Distance ρ that is gone up the gradient. Default 0.05. */
  readonly radius?: number;
  /** Whether the distance is measured in units of each parameter's size (ASAM). Default `false`. */
  readonly adaptive?: boolean;
}

/**
 * Makes sharpness-aware minimization (Foret et al. 2021, algorithm 1; Kwon et al. 2021 for `adaptive`): the optimizer gets
 * the gradient at params + radius · g / ‖g‖, on the same batch with the same noise; adaptive, at params + radius · θ²g / ‖θg‖.
 * Costs a second gradient at each step. Probes see the gradient at `params`.
 *
 * @throws {UserError} for an option that is not one, and for an optimizer that is `frozen`: that goes around it.
 *
 * @example
 * ```ts
 * import { sam, sgd } from "gradstream";
 *
 * const optimizer = sam(sgd({ learningRate: 0.1, momentum: 0.9 }), { radius: 0.05 });
 * console.log(optimizer.name); // sam sgd
 * ```
 */
export function sam(optimizer: Optimizer, options: SamOptions = {}): Optimizer {
  const { radius = 0.05, adaptive = false } = checkOptions<SamOptions>("sam", options, {
    radius: above(0),
    adaptive: flag,
  });
  if (optimizer.options?.["frozen"] !== undefined)
    throw new UserError("sam: it would move what is frozen up the gradient; write frozen(sam(…), pattern)");
  return {
    ...optimizer,
    name: `sam ${optimizer.name}`,
    options: { ...optimizer.options, radius, adaptive },
    ascend: (params, grads) => {
      const scaled = adaptive ? mapParams(grads, (grad, name) => tf.mul(tf.abs(params[name]!), grad)) : grads;
      const distance = tf.div(radius, tf.add(norm(toVector(scaled)), 1e-12));
      return mapParams(params, (value, name) => {
        const direction = adaptive ? tf.mul(tf.abs(value), scaled[name]!) : scaled[name]!;
        return tf.add(value, tf.mul(direction, distance));
      });
    },
  };
}
