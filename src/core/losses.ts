import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { checkClasses, checkTargets } from "./check-outputs.ts";

/**
 * Data loss: a function from outputs and labels to a scalar. Labels are int32 classes `[size]` or float32 targets
 * `[size, units]`.
 */
export interface Loss {
  (outputs: Tensor, labels: Tensor): Scalar;
  /** Batch reduction, `mean` or `sum`, which lets several batches be evaluated as one. Default: another reduction. */
  readonly reduction?: "mean" | "sum";
  /** Kind of labels: `classes` (training checks that each is the index of an output) or `targets`. Default: either. */
  readonly labels?: "classes" | "targets";
  /** Name of the loss in records. Default `custom`. */
  readonly title?: string;
}

/**
 * Computes the mean over the batch of -log softmax(logits)[label]: logits `[size, classes]`, int32 labels `[size]`. A
 * label that is not a class makes it NaN.
 *
 * @throws {UserError} for target values, and for outputs that are not `[size, classes]`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { crossEntropy } from "gradstream";
 *
 * const loss = crossEntropy(tf.zeros([2, 4]), tf.tensor1d([0, 3], "int32"));
 * console.log(loss.dataSync()[0]!.toFixed(4)); // 1.3863
 * ```
 */
export const crossEntropy: Loss = Object.assign(
  (logits: Tensor, labels: Tensor): Scalar => {
    checkClasses("crossEntropy", logits, labels);
    const [size, classes] = logits.shape as [number, number];
    const target = tf.oneHot(labels, classes) as Tensor2D;
    const logProbabilities = tf.logSoftmax(logits as Tensor2D);
    const ofLabels = tf.div(tf.sum(tf.mul(logProbabilities, target), 1), tf.sum(target, 1));
    return tf.mul(tf.sum(ofLabels), -1 / size);
  },
  { reduction: "mean", labels: "classes", title: "cross-entropy" } as const,
);

/**
 * Computes half the sum, over the batch and the units, of squared differences, ½ Σ (f(x) - t)²: outputs and targets
 * `[size, units]`.
 *
 * @throws {UserError} for classes, and for targets of another shape than the outputs.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { halfSquares } from "gradstream";
 *
 * const loss = halfSquares(tf.tensor2d([[1, 2]]), tf.tensor2d([[0, 4]]));
 * console.log(loss.dataSync()[0]); // 2.5
 * ```
 */
export const halfSquares: Loss = Object.assign(
  (outputs: Tensor, targets: Tensor): Scalar => {
    checkTargets("halfSquares", outputs, targets);
    return tf.mul(tf.sum(tf.square(tf.sub(outputs, targets))), 0.5);
  },
  { reduction: "sum", labels: "targets", title: "half sum of squares" } as const,
);

/** Computes the sum of the losses of `batchCount` batches that stand one after another; `labels` are those of each. */
export function stackedLoss(loss: Loss, outputs: Tensor, labels: Tensor, batchCount: number): Scalar {
  if (batchCount === 1) return loss(outputs, labels);
  if (!loss.reduction) return tf.addN(tf.split(outputs, batchCount).map((own) => loss(own, labels)));
  const all = tf.concat(Array<Tensor>(batchCount).fill(labels));
  return loss.reduction === "sum" ? loss(outputs, all) : tf.mul(loss(outputs, all), batchCount);
}
