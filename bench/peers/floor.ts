import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "gradstream";
import { spread } from "../measure.ts";

/** Side of the matrices whose product tells how fast this machine multiplies. */
const SIDE = 2048;
const TIMES = 7;
/** Convolutions of VGG-16: filters over the first stage's, and side of the maps. */
const CONVOLUTIONS = [
  ...[1, 1].map((growth) => [growth, 32] as const),
  ...[2, 2].map((growth) => [growth, 16] as const),
  ...[4, 4, 4].map((growth) => [growth, 8] as const),
  ...[8, 8, 8].map((growth) => [growth, 4] as const),
  ...[8, 8, 8].map((growth) => [growth, 2] as const),
];
const GRADIENT_STEPS = 4;

/** Returns the floating-point operations of each convolution of VGG-16, forward. */
function forwardOperations(width: number, batch: number): readonly number[] {
  return CONVOLUTIONS.map(([growth, side], i) => {
    const channels = i === 0 ? 3 : CONVOLUTIONS[i - 1]![0] * width;
    return 2 * 9 * channels * growth * width * side ** 2 * batch;
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Floating-point operations of the convolutions of a step: forward, and the gradients of kernels and inputs. */
export function stepOperations(width: number, batch: number): number {
  const forward = forwardOperations(width, batch);
  // Nobody wants the gradient of the images.
  return 3 * sum(forward) - forward[0]!;
}

/**
 * The same of a step with ICS of all layers and four gradient steps. For the ICS of a layer the layers below it are run once
 * more, each once in all; from the layer up there is a forward pass, and a gradient of inputs down to the layer above it,
 * whose kernel alone has one.
 */
export function measuredOperations(width: number, batch: number): number {
  const forward = forwardOperations(width, batch);
  const each = forward.slice(1).map((own, i) => sum(forward.slice(i + 1)) + sum(forward.slice(i + 2)) + own);
  // Below the dense layers, whose shift is read too, every convolution is new.
  return (1 + GRADIENT_STEPS) * stepOperations(width, batch) + sum(forward) + sum(each);
}

/** Returns how many floating-point operations a second a large matrix product does on TensorFlow with all cores. */
export async function matMulRate(): Promise<number> {
  await startBackend("tensorflow");
  const a = tf.randomUniform([SIDE, SIDE]);
  tf.matMul(a, a).dispose();
  const seconds = Array.from({ length: TIMES }, () => {
    const start = performance.now();
    const product = tf.matMul(a, a);
    const ms = performance.now() - start;
    product.dispose();
    return ms / 1000;
  });
  a.dispose();
  return (2 * SIDE ** 3) / spread(seconds).median;
}
