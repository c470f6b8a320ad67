import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { checkClasses } from "./check-outputs.ts";
import type { Loss } from "./losses.ts";
import { checkOptions, type Wanted } from "./options.ts";

const share: Wanted = {
  what: "a number from 0 up to 1",
  accepts: (value) => typeof value === "number" && value >= 0 && value <= 1,
};

/**
 * Makes cross-entropy with smoothed labels (Szegedy et al. 2016): the mean over the batch of (1 - s) times that of the label
 * plus s times the mean over all classes, where s is `smoothing`, 0.1 unless given. Logits `[size, classes]`, int32 labels
 * `[size]`.
 *
 * @throws {UserError} for an option that is not one. The loss throws it for target values, and for outputs that are not
 * `[size, classes]`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { smoothedCrossEntropy } from "gradstream";
 *
 * const loss = smoothedCrossEntropy({ smoothing: 0.2 })(tf.zeros([2, 4]), tf.tensor1d([0, 3], "int32"));
 * console.log(loss.dataSync()[0]!.toFixed(4)); // 1.3863
 * ```
 */
export function smoothedCrossEntropy(options: { readonly smoothing?: number } = {}): Loss {
  const { smoothing = 0.1 } = checkOptions<typeof options>("smoothedCrossEntropy", options, { smoothing: share });
  const loss = (logits: Tensor, labels: Tensor): Scalar => {
    checkClasses("smoothedCrossEntropy", logits, labels);
    const [size, classes] = logits.shape as [number, number];
    const hard = tf.cast(tf.oneHot(labels, classes), "float32") as Tensor2D;
    // A label that is not a class makes it NaN, as in crossEntropy.
    const target = tf.add(tf.mul(tf.div(hard, tf.sum(hard, 1, true)), 1 - smoothing), smoothing / classes);
    return tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits as Tensor2D), target)), -1 / size);
  };
  const title = `cross-entropy, smoothed ${smoothing}`;
  return Object.assign(loss, { reduction: "mean", labels: "classes", title } as const);
}
