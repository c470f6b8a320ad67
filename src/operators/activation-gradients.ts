import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { valueAndGradients } from "../core/gradients.ts";
import type { Activation, Step } from "../core/live.ts";
import type { Site } from "../core/types.ts";
import { selectActivations, type Layers } from "./select-layers.ts";

/** An activation of a step, with the gradient of the data loss with respect to it. */
export interface ActivationGradient {
  /** Activation, as the step has it. */
  readonly activation: Activation;
  /** Gradient of the data loss with respect to the activation, of its shape. */
  readonly gradient: Tensor;
}

/**
 * Computes the gradients of the data loss with respect to the activations at one site of the chosen layers, after the
 * activations operator, with the batch statistics and the noise of the step. For a loss that is a mean over the batch, the
 * gradient of one example's activation has the factor 1 / size. Training does not change.
 *
 * Costs one forward and one backward pass, which all probes of a step share.
 *
 * @throws {UserError} when the network does not have the layers or the site.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { activationGradients, probe } from "gradstream";
 *
 * // Measures the alignment of activations with their gradients.
 * export const alignment = probe({
 *   name: "alignment",
 *   measure: (step) =>
 *     activationGradients("alignment", step, { site: "output" }).map(({ activation: { layer, value }, gradient }) => ({
 *       stat: "inner_product",
 *       layer,
 *       value: tf.sum<tf.Scalar>(tf.mul(value, gradient)),
 *     })),
 * });
 * ```
 */
export function activationGradients(
  who: string,
  step: Step,
  { layers = "all", site = "norm" }: { readonly layers?: Layers; readonly site?: Site } = {},
): readonly ActivationGradient[] {
  const chosen = selectActivations(who, step, layers, site);
  const shared = step.share("activation gradients", () => {
    const zeros = Object.fromEntries(
      step.activations.map(({ layer, site, value }) => [placeName(layer, site), tf.zerosLike(value)]),
    );
    const { value, grads } = valueAndGradients(() => {
      const tap = (layer: number, site: Site, value: Tensor) => tf.add(value, zeros[placeName(layer, site)]!);
      return step.lossOf(step.pass(step.params, { tap }));
    }, zeros);
    tf.dispose([value, zeros]);
    return grads;
  });
  return chosen.map((activation) => {
    return { activation, gradient: shared[placeName(activation.layer, activation.site)]! };
  });
}

const placeName = (layer: number, site: Site): string => `${layer}/${site}`;
