import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";

/** A data loss: logits `[size, classes]` and int32 labels `[size]` to a scalar. */
export type Loss = (logits: Tensor, labels: Tensor1D) => Scalar;

/** Mean over the batch of -log softmax(logits)[label]. */
export const crossEntropy: Loss = (logits, labels) => {
  const classes = logits.shape[1]!;
  const target = tf.oneHot(labels, classes) as Tensor2D;
  const logProbabilities = tf.logSoftmax(logits as Tensor2D);
  return tf.mul(tf.sum(tf.mul(logProbabilities, target)), -1 / labels.shape[0]);
};
