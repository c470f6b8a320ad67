import * as tf from "@tensorflow/tfjs";
import type { Scalar } from "@tensorflow/tfjs";
import { valueAndGradients } from "../core/gradients.ts";
import type { Objective, PassOptions, Shared, Step } from "../core/live.ts";
import type { Params } from "../core/params.ts";

export interface Evaluation extends Objective {
  /** Gradients of loss plus penalty. */
  readonly grads: Params;
}

/** The data loss and its gradients at `params`, on this step's batch, a part of it or other examples. */
export function evaluateData(
  step: Step,
  params: Params,
  options: Pick<PassOptions, "examples" | "of"> = {},
): { readonly loss: Scalar; readonly grads: Params } {
  const { value: loss, grads } = valueAndGradients(() => step.lossOf(step.pass(params, options), options), params);
  return { loss, grads };
}

/** The objective and its gradients at `params`, on this step's batch, a part of it or other examples. */
export function evaluate(step: Step, params: Params, options: Pick<PassOptions, "examples" | "of"> = {}): Evaluation {
  const { loss, grads } = evaluateData(step, params, options);
  const { penaltyTerm } = step;
  return {
    loss,
    penalty: penaltyTerm?.value(params),
    grads: penaltyTerm ? penaltyTerm.addGradient(grads, params) : grads,
  };
}

/** Loss plus penalty. */
export function total({ loss, penalty }: Objective): Scalar {
  return penalty ? tf.add(loss, penalty) : loss;
}

/** params + factor direction, tensor by tensor. */
export function moved(params: Params, direction: Params, factor: number | Scalar): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, tf.add(value, tf.mul(direction[name]!, factor))]),
  );
}

/** The objective a distance along minus the step's gradient, once for all probes that walk there. */
export function walkAgainstGradient(step: Step, distance: number): Evaluation {
  const made = step.share<Shared>(`walk ${distance}`, () => ({
    ...evaluate(step, moved(step.params, step.grads, -distance)),
  }));
  return made as unknown as Evaluation;
}
