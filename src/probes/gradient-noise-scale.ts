import * as tf from "@tensorflow/tfjs";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import { checkOptions, schedule } from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { flatten, squaredNorm } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { stats } from "../operators/stats.ts";
import { evaluate } from "./objective.ts";

/**
 * The simple gradient noise scale tr(Σ) / ‖G‖² (McCandlish et al. 2018, appendix A.1), from gradients of the whole batch
 * (B examples) and of its two halves (b = B / 2 each), all of the objective:
 *
 *     ‖G‖² ≈ (B ‖g_B‖² - b ‖g_b‖²) / (B - b)      tr(Σ) ≈ (‖g_b‖² - ‖g_B‖²) / (1/b - 1/B)
 *
 * with ‖g_b‖² the mean of both halves: `gradient_noise_scale`, `gradient_variance`, `squared_gradient_norm`. One step's
 * estimates are noisy and ‖G‖² may come out negative: average both, then divide. With batch statistics a half is a
 * batch of its own, and noise is drawn for it as for a batch of that size. For losses that are means over the batch.
 * Costs one forward and backward pass.
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
      const { size } = step.batch;
      const half = size / 2;
      const ranges = [
        [0, half],
        [half, size],
      ] as const;
      const parts = ranges.map((examples) => squaredNorm(flatten(evaluate(step, step.params, { examples }).grads)));
      return [
        {
          tensor: tf.stack([squaredNorm(flatten(step.grads)), ...parts]),
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
