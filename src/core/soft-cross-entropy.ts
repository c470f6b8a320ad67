import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { checkTargets } from "./check-outputs.ts";
import type { Loss } from "./losses.ts";

/**
 * Computes the mean over the batch of -Σ t log softmax(logits): logits and target probabilities t, `[size, classes]`, as
 * `mixup` makes them.
 *
 * @throws {UserError} for classes, and for targets of another shape than the outputs.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { softCrossEntropy } from "gradstream";
 *
 * const loss = softCrossEntropy(tf.zeros([1, 4]), tf.tensor2d([[0.5, 0.5, 0, 0]]));
 * console.log(loss.dataSync()[0]!.toFixed(4)); // 1.3863
 * ```
 */
export const softCrossEntropy: Loss = Object.assign(
  (logits: Tensor, targets: Tensor): Scalar => {
    checkTargets("softCrossEntropy", logits, targets);
    return tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits), targets)), -1 / logits.shape[0]);
  },
  { reduction: "mean", labels: "targets", title: "cross-entropy with soft labels" } as const,
);
