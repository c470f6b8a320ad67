import * as tf from "@tensorflow/tfjs-core";
import type { Scalar } from "@tensorflow/tfjs-core";
import type { Objective, PassOptions, Shared, Step } from "../core/live.ts";
import type { Params } from "../core/params.ts";

/** The objective at some parameters, with its gradients. */
export interface Evaluation extends Objective {
  /** Gradients of loss plus penalty, one per parameter. */
  readonly grads: Params;
}

/**
 * Computes the objective (data loss and weight penalty) and its gradients at `params`, on the step's batch, a part of
 * it (`range`) or other `examples`, with the step's noise and batch statistics. The training does not change.
 * The caller owns the tensors.
 *
 * Costs one forward and one backward pass.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { evaluate, mapParams, probe } from "gradstream";
 *
 * // Measures the loss at the origin of weight space.
 * export const lossAtZero = probe({
 *   name: "loss_at_zero",
 *   measure: (step) => {
 *     const { loss } = evaluate(step, mapParams(step.params, (value) => tf.zerosLike(value)));
 *     return [{ stat: "loss", value: loss }];
 *   },
 * });
 * ```
 */
export function evaluate(
  step: Step,
  params: Params,
  options: Pick<PassOptions, "range" | "examples"> = {},
): Evaluation {
  const { loss, grads } = step.lossAndGradients(params, options);
  const { penaltyTerm } = step;
  return {
    loss,
    penalty: penaltyTerm?.value(params),
    grads: penaltyTerm ? penaltyTerm.addGradient(grads, params) : grads,
  };
}

/** Returns loss plus penalty. */
export function total({ loss, penalty }: Objective): Scalar {
  return penalty ? tf.add(loss, penalty) : loss;
}

/** Returns params + factor · direction, tensor by tensor. */
export function moved(params: Params, direction: Params, factor: number | Scalar): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, tf.add(value, tf.mul(direction[name]!, factor))]),
  );
}

/** Evaluates the objective at a distance against the step's gradient, once per step for all probes. */
export function walkAgainstGradient(step: Step, distance: number): Evaluation {
  const made = step.share<Shared>(`walk ${distance}`, () => ({
    ...evaluate(step, moved(step.params, step.grads, -distance)),
  }));
  return made as unknown as Evaluation;
}
