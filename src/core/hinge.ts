import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { checkClasses } from "./check-outputs.ts";
import type { Loss } from "./losses.ts";
import { above, checkOptions } from "./options.ts";

/**
 * Makes the hinge loss of several classes (Weston & Watkins 1999; PyTorch's `MultiMarginLoss`): the mean over the batch of
 * Σ max(0, margin - o[label] + o[j]) / classes over the other classes j. Outputs `[size, classes]`, int32 labels `[size]`;
 * `margin` is 1 unless given.
 *
 * @throws {UserError} for an option that is not one. The loss throws it for target values, and for outputs that are not
 * `[size, classes]`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { hinge } from "gradstream";
 *
 * const loss = hinge()(tf.tensor2d([[1, 2, 0.5, -3]]), tf.tensor1d([0], "int32"));
 * console.log(loss.dataSync()[0]); // 0.625
 * ```
 */
export function hinge(options: { readonly margin?: number } = {}): Loss {
  const { margin = 1 } = checkOptions<typeof options>("hinge", options, { margin: above(0) });
  const loss = (outputs: Tensor, labels: Tensor): Scalar => {
    checkClasses("hinge", outputs, labels);
    const [size, classes] = outputs.shape as [number, number];
    const target = tf.oneHot(labels, classes) as Tensor2D;
    const own = tf.sum(tf.mul(outputs, target), 1, true);
    const short = tf.relu(tf.add(tf.sub(outputs, own), margin));
    return tf.mul(tf.sum(tf.mul(short, tf.sub(1, target))), 1 / (size * classes));
  };
  return Object.assign(loss, { reduction: "mean", labels: "classes", title: `hinge(${margin})` } as const);
}
