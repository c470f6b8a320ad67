import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { batchNormKernel, maxPoolKernel } from "../core/kernels.ts";

/**
 * Takes one step of gradient descent on a tiny convolutional network with BatchNorm, on the current backend.
 *
 * @throws {Error} when a gradient or the loss after the step is not what it has to be.
 */
export async function proveTraining(): Promise<void> {
  const results = tf.tidy(() => {
    const x = tf.tensor4d(
      Float32Array.from({ length: 32 } as ArrayLike<number>, (_, i) => Math.sin(i * i)),
      [2, 4, 4, 1],
    );
    const kernel = tf.tensor4d(
      Float32Array.from({ length: 18 } as ArrayLike<number>, (_, i) => Math.cos(i)),
      [3, 3, 1, 2],
    );
    const [scale, shift] = [tf.ones([2]), tf.zeros([2])];
    const loss = (k: Tensor): Tensor => {
      const [normalized] = batchNormKernel(tf.conv2d(x, k as Tensor4D, 1, "same"), scale, shift, 1e-5);
      return tf.mean(tf.square(maxPoolKernel(tf.relu(normalized), { size: 2 })));
    };
    const gradient = tf.grad(loss)(kernel);
    const next = tf.sub(kernel, tf.mul(gradient, 0.1));
    const plain = tf.grad((k: Tensor) => tf.sum(tf.conv2d(tf.onesLike(x), k as Tensor4D, 1, "same")))(kernel);
    return tf.concat([tf.reshape(loss(kernel), [1]), tf.reshape(loss(next), [1]), tf.reshape(plain, [-1])]);
  });
  const [before, after, ...gradient] = await results.data<"float32">();
  results.dispose();
  // Of two images of ones, 4 x 4: how many positions each filter tap meets.
  const expected = [18, 24, 18, 24, 32, 24, 18, 24, 18].flatMap((count) => [count, count]);
  if (!expected.every((value, i) => Math.abs(gradient[i]! - value) < 1e-3)) {
    throw new Error("computes wrongly: a filter gradient is not what it has to be");
  }
  if (!(after! < before!)) throw new Error(`does not train: a loss of ${before} became ${after} by gradient descent`);
}
