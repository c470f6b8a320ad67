import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { checkClasses } from "./check-outputs.ts";
import type { Loss } from "./losses.ts";

/**
 * Computes the square loss of classes (Hui & Belkin 2021), the mean over the batch of ½ Σ (o[j] - [j = label])² over the
 * outputs j: outputs `[size, classes]`, int32 labels `[size]`. Unlike cross-entropy it stays curved where examples are
 * classified well.
 *
 * @throws {UserError} for target values, and for outputs that are not `[size, classes]`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { squareLoss } from "gradstream";
 *
 * const loss = squareLoss(tf.tensor2d([[1, 2, 0]]), tf.tensor1d([1], "int32"));
 * console.log(loss.dataSync()[0]); // 1
 * ```
 */
export const squareLoss: Loss = Object.assign(
  (outputs: Tensor, labels: Tensor): Scalar => {
    checkClasses("squareLoss", outputs, labels);
    const [size, classes] = outputs.shape as [number, number];
    const target = tf.cast(tf.oneHot(labels, classes), "float32");
    return tf.mul(tf.sum(tf.square(tf.sub(outputs, target))), 0.5 / size);
  },
  { reduction: "mean", labels: "classes", title: "square loss" } as const,
);
