import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { checkTargets } from "./check-outputs.ts";
import type { Loss } from "./losses.ts";

/**
 * Computes the mean, over the batch and the units, of squared differences: outputs and targets `[size, units]`.
 *
 * @throws {UserError} for classes, and for targets of another shape than the outputs.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { meanSquaredError } from "gradstream";
 *
 * const loss = meanSquaredError(tf.tensor2d([[1, 2]]), tf.tensor2d([[0, 4]]));
 * console.log(loss.dataSync()[0]); // 2.5
 * ```
 */
export const meanSquaredError: Loss = Object.assign(
  (outputs: Tensor, targets: Tensor): Scalar => {
    checkTargets("meanSquaredError", outputs, targets);
    return tf.mean(tf.square(tf.sub(outputs, targets)));
  },
  { reduction: "mean", labels: "targets", title: "mean squared error" } as const,
);
