import * as tf from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import { checkOptions, schedule, whole } from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { toVector } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { stats } from "../operators/stats.ts";

/** Options of `gradientConfusion`. */
export interface GradientConfusionOptions {
  /** Parts of the batch, of equal size, whose gradients are compared. Default 4. */
  readonly parts?: number;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures how much the gradients g_i of the loss on parts of the batch work against each other. Records:
 * - `gradient_confusion`: the smallest bound η ≥ 0 with g_i · g_j ≥ -η for all pairs;
 * - `minimum_inner_product`, `minimum_cosine`: the smallest of the pairs, of inner products and of cosines;
 * - `mean_cosine`: the mean over the pairs.
 *
 * A part has batch statistics of its own, and is drawn noise and dropout as a batch of that size would be: the same for all parts.
 *
 * Costs one forward and one backward pass, in parts.
 *
 * Requires a batch that divides into the parts.
 *
 * Source: Sankararaman, De, Xu, Huang and Goldstein 2020, "The Impact of Neural Network Overparameterization on Gradient
 * Confusion and Stochastic Gradient Descent".
 *
 * @throws {UserError} for an option that is not one.
 */
export function gradientConfusion(options: GradientConfusionOptions = {}): OperatorFunction<Step, Recorded> {
  const known = { parts: whole(2), when: schedule };
  const { parts = 4, when } = checkOptions<GradientConfusionOptions>("gradientConfusion", options, known);
  return probe({
    name: "gradient_confusion",
    when,
    options: { parts },
    fits: ({ batch: { size } }) =>
      size % parts === 0 ? undefined : `gradientConfusion: a batch of ${size} does not divide into ${parts} parts`,
    measure: (step) => {
      const each = step.batch.size / parts;
      const gradients = Array.from({ length: parts }, (_, i) => {
        const range = [i * each, (i + 1) * each] as const;
        return toVector(step.lossAndGradients(step.params, { range }).grads);
      });
      const stacked = tf.stack(gradients);
      return [
        {
          tensor: tf.matMul(stacked, stacked, false, true),
          records: (products: Float32Array) => stats(confusionOf(products, parts)),
        },
      ];
    },
  });
}

/** Computes the readings from the products of all gradients with each other. */
function confusionOf(products: Float32Array, parts: number) {
  let [inner, cosine, sum, pairs] = [Infinity, Infinity, 0, 0];
  for (let i = 0; i < parts; i++) {
    for (let j = 0; j < i; j++) {
      const product = products[i * parts + j]!;
      const own = product / Math.sqrt(products[i * parts + i]! * products[j * parts + j]!);
      inner = Math.min(inner, product);
      cosine = Math.min(cosine, own);
      sum += own;
      pairs += 1;
    }
  }
  return {
    gradient_confusion: Math.max(0, -inner),
    minimum_inner_product: inner,
    minimum_cosine: cosine,
    mean_cosine: sum / pairs,
  };
}
