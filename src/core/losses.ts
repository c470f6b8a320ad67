import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs";

/** A data loss: what the network gives and int32 labels `[size]`, or float32 targets `[size, units]`, to a scalar. */
export interface Loss {
  (outputs: Tensor, labels: Tensor): Scalar;
  /** How it joins the examples, where that is one of these: lets several batches be evaluated as one. */
  readonly reduction?: "mean" | "sum";
  /** As the field calls it. */
  readonly title?: string;
}

/** Mean over the batch of -log softmax(logits)[label]. */
export const crossEntropy: Loss = Object.assign(
  (logits: Tensor, labels: Tensor): Scalar => {
    const classes = logits.shape[1]!;
    const target = tf.oneHot(labels, classes) as Tensor2D;
    const logProbabilities = tf.logSoftmax(logits as Tensor2D);
    return tf.mul(tf.sum(tf.mul(logProbabilities, target)), -1 / labels.shape[0]);
  },
  { reduction: "mean", title: "cross-entropy" } as const,
);

/** Half the sum, over the batch and the units, of squared differences: ½ Σ |f(x) - t|². */
export const halfSquares: Loss = Object.assign(
  (outputs: Tensor, targets: Tensor): Scalar => tf.mul(tf.sum(tf.square(tf.sub(outputs, targets))), 0.5),
  { reduction: "sum", title: "half sum of squares" } as const,
);

/** The sum of the losses of `groups` batches that stand one after another; `labels` are those of each. */
export function groupedLoss(loss: Loss, outputs: Tensor, labels: Tensor, groups: number): Scalar {
  if (groups === 1) return loss(outputs, labels);
  if (!loss.reduction) return tf.addN(tf.split(outputs, groups).map((own) => loss(own, labels)));
  const all = tf.concat(Array<Tensor>(groups).fill(labels));
  return loss.reduction === "sum" ? loss(outputs, all) : tf.mul(loss(outputs, all), groups);
}
