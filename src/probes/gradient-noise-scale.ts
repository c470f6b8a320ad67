import * as tf from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import { checkOptions, schedule } from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { toVector, squaredNorm } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { stats } from "../operators/stats.ts";
import { evaluate } from "./objective.ts";

/**
 * Estimates the simple gradient noise scale tr(Σ) / ‖G‖² from the gradients of the batch (B examples) and of its halves
 * (b = B / 2 examples each):
 *
 *     ‖G‖² ≈ (B ‖g_B‖² - b ‖g_b‖²) / (B - b)      tr(Σ) ≈ (‖g_b‖² - ‖g_B‖²) / (1/b - 1/B)
 *
 * with ‖g_b‖² the mean over both halves, of the gradients of the objective. Records:
 * - `gradient_noise_scale`: tr(Σ) / ‖G‖², in examples;
 * - `gradient_variance`: tr(Σ);
 * - `squared_gradient_norm`: ‖G‖².
 *
 * The estimates of one step are noisy, and ‖G‖² may be negative: average both over steps, then divide. A half has batch
 * statistics of its own, and is drawn noise and dropout as a batch of that size would be: the same for both.
 *
 * Costs one forward and one backward pass.
 *
 * Requires an even batch of 4 examples or more, and a loss that is a mean over the batch.
 *
 * Source: McCandlish et al. 2018, "An Empirical Model of Large-Batch Training", appendix A.1.
 *
 * @throws {UserError} for an option that is not one. A training errors with it when its loss is a sum over the batch, or does not say that it is a mean.
 */
export function gradientNoiseScale(
  options: { readonly when?: Schedule | undefined } = {},
): OperatorFunction<Step, Recorded> {
  const { when } = checkOptions<typeof options>("gradientNoiseScale", options, { when: schedule });
  return probe({
    name: "gradient_noise_scale",
    when,
    fits: ({ batch: { size } }) =>
      size < 4 || size % 2 ? `gradientNoiseScale: needs an even batch of 4 examples or more, not ${size}` : undefined,
    measure: (step) => {
      if (step.lossReduction !== "mean") {
        const other = step.lossReduction === "sum" ? "not a sum" : "and says so by its `reduction`";
        throw new UserError(`gradientNoiseScale: needs a loss that is a mean over the batch, ${other}`);
      }
      const { size } = step.batch;
      const half = size / 2;
      const ranges = [
        [0, half],
        [half, size],
      ] as const;
      const parts = ranges.map((range) => squaredNorm(toVector(evaluate(step, step.params, { range }).grads)));
      return [
        {
          tensor: tf.stack([squaredNorm(toVector(step.grads)), ...parts]),
          records: ([whole, first, second]: Float32Array) => {
            const small = (first! + second!) / 2;
            const signal = 2 * whole! - small;
            const variance = (small - whole!) * size;
            return stats({
              gradient_noise_scale: variance / signal,
              gradient_variance: variance,
              squared_gradient_norm: signal,
            });
          },
        },
      ];
    },
  });
}
