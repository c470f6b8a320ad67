import * as tf from "@tensorflow/tfjs-core";
import type { KernelConfig, NamedTensorInfoMap, Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { asWords, changeSums } from "../core/change-sums.ts";
import {
  KERNELS,
  type BatchNormAttrs,
  type CombinationAttrs,
  type MaxPoolAttrs,
  type NoiseAttrs,
} from "../core/kernels.ts";
import { drawNoise } from "../core/noise.ts";

type Inputs = Record<string, Tensor>;

function leadingAxes(x: Tensor): number[] {
  return x.shape.slice(0, -1).map((_, axis) => axis);
}

function batchNorm({ x, scale, shift }: Inputs, { epsilon }: BatchNormAttrs): Tensor[] {
  const { mean, variance } = tf.moments(x!, leadingAxes(x!));
  const factor = tf.mul(scale!, tf.rsqrt(tf.add(variance, epsilon)));
  return [tf.add(tf.mul(tf.sub(x!, mean), factor), shift!), mean, variance];
}

/**
 * Computes dx = scale / sigma (dy - mean(dy) - xhat mean(dy xhat)), Fact C.1 of the paper with its batch axis written
 * out.
 */
function batchNormGrad({ dy, x, scale, mean, variance }: Inputs, { epsilon }: BatchNormAttrs): Tensor[] {
  const axes = leadingAxes(x!);
  const rows = x!.size / scale!.size;
  const inverse = tf.rsqrt(tf.add(variance!, epsilon));
  const xhat = tf.mul(tf.sub(x!, mean!), inverse);
  const dShift = tf.sum(dy!, axes);
  const dScale = tf.sum(tf.mul(dy!, xhat), axes);
  const centred = tf.sub(tf.sub(dy!, tf.div(dShift, rows)), tf.mul(xhat, tf.div(dScale, rows)));
  return [tf.mul(centred, tf.mul(scale!, inverse)), dScale, dShift];
}

function noise({ x }: Inputs, attrs: NoiseAttrs): Tensor[] {
  const draws = drawNoise(x!.size, attrs);
  const scale = tf.tensor(draws.scale, x!.shape);
  return [tf.add(tf.mul(x!, scale), tf.tensor(draws.shift, x!.shape)), scale];
}

const reluGrad = ({ dy, y }: Inputs): Tensor[] => [tf.mul(dy!, tf.step(y!))];

function combination({ x, y }: Inputs, { a, b }: CombinationAttrs): Tensor[] {
  const times = (value: Tensor, factor: number) => (factor === 1 ? value : tf.mul(value, factor));
  return [tf.add(times(x!, a), times(y!, b))];
}

const maxPool = ({ x }: Inputs, { size }: MaxPoolAttrs): Tensor[] => [tf.maxPool(x as Tensor4D, size, size, "valid")];

function maxPoolGrad({ dy, x, y }: Inputs, { size }: MaxPoolAttrs): Tensor[] {
  const attrs = { filterSize: size, strides: size, pad: "valid" };
  return [tf.engine().runKernel("MaxPoolGrad", { dy: dy!, input: x!, output: y! }, attrs)];
}

function sumsOfChange(inputs: Inputs): Tensor[] {
  const values = Object.values(inputs).map((tensor) => tensor.dataSync<"float32">());
  const count = values.length / 4;
  const sums = Array.from({ length: count }, (_, i) =>
    changeSums(values[i]!, values[count + i]!, values[2 * count + i]!, values[3 * count + i]!),
  );
  return [tf.tensor1d(asWords(Float64Array.from(sums.flat())), "int32")];
}

/** Makes a kernel of a composition of tfjs operations: tensors in, tensors out, intermediates disposed of. */
function kernel(name: string, backendName: string, compose: (inputs: Inputs, attrs: never) => Tensor[]): KernelConfig {
  return {
    kernelName: name,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const outputs = tf.tidy(() => compose(asTensors(inputs), attrs as never));
      return outputs.length === 1 ? outputs[0]! : outputs;
    },
  };
}

function asTensors(inputs: NamedTensorInfoMap): Inputs {
  return inputs as unknown as Inputs;
}

/**
 * Makes the kernels of core/kernels.ts as compositions of tfjs operations, which run on every backend, but slowly.
 * Those that a backend brings itself (`own`) are left out.
 */
export function composedKernels(backendName: string, own: readonly KernelConfig[] = []): KernelConfig[] {
  const names = new Set(own.map(({ kernelName }) => kernelName));
  return [
    kernel(KERNELS.batchNorm, backendName, batchNorm),
    kernel(KERNELS.batchNormGrad, backendName, batchNormGrad),
    kernel(KERNELS.noise, backendName, noise),
    kernel(KERNELS.reluGrad, backendName, reluGrad),
    kernel(KERNELS.maxPool, backendName, maxPool),
    kernel(KERNELS.maxPoolGrad, backendName, maxPoolGrad),
    kernel(KERNELS.combination, backendName, combination),
    kernel(KERNELS.changeSums, backendName, sumsOfChange),
  ].filter(({ kernelName }) => !names.has(kernelName));
}
