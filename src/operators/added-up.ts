import * as tf from "@tensorflow/tfjs-core";
import type { LossAndGradients } from "../core/live.ts";
import { mapParams } from "../core/params.ts";

/**
 * Computes Σ weight · (loss, gradients) over parts, one part after the other, so that the tensors of one at most are there
 * at a time. `compute` is called in a scope of its own. The caller's scope owns the result.
 */
export function addedUp<P>(
  parts: readonly P[],
  weightOf: (part: P) => number,
  compute: (part: P, index: number) => LossAndGradients,
): LossAndGradients {
  const [only] = parts;
  if (parts.length === 1) return compute(only!, 0);
  let sum: LossAndGradients | undefined;
  for (const [i, part] of parts.entries()) {
    const before = sum;
    const next = tf.tidy(() => {
      const { loss, grads } = compute(part, i);
      const weight = weightOf(part);
      const plus = <T extends tf.Tensor>(old: T | undefined, value: T): T => {
        const weighted = tf.mul<T>(value, weight);
        return old ? tf.add<T>(old, weighted) : weighted;
      };
      return {
        loss: plus(before?.loss, loss),
        grads: mapParams(grads, (grad, name) => plus(before?.grads[name], grad)),
      };
    }) as unknown as LossAndGradients;
    if (before) tf.dispose([before.loss, ...Object.values(before.grads)]);
    sum = next;
  }
  return sum!;
}
