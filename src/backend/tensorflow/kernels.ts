import * as tf from "@tensorflow/tfjs-core";
import type { KernelConfig, Tensor } from "@tensorflow/tfjs-core";
import { KERNELS, type BatchNormAttrs, type MaxPoolAttrs, type NoiseAttrs } from "../../core/kernels.ts";
import type { Attr, NativeBackend } from "./ops.ts";

type Inputs = Record<string, Tensor>;

/** Reshapes a tensor to [images, height, width, channels], which TensorFlow's fused kernels take. */
function asImages(x: Tensor): Tensor {
  if (x.rank === 4) return x;
  const channels = x.shape.at(-1)!;
  return tf.reshape(x, [x.size / channels, 1, 1, channels]);
}

function batchNormAttrs({ binding }: NativeBackend, epsilon: number): Attr[] {
  return [
    { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: "U", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: "epsilon", type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: "data_format", type: binding.TF_ATTR_STRING, value: "NHWC" },
    { name: "is_training", type: binding.TF_ATTR_BOOL, value: true },
  ];
}

function batchNorm(backend: NativeBackend, { x, scale, shift }: Inputs, { epsilon }: BatchNormAttrs): Tensor[] {
  const empty = tf.tensor1d([], "float32");
  const attrs = batchNormAttrs(backend, epsilon);
  const inputs = [asImages(x!), scale!, shift!, empty, empty];
  // Outputs: y, mean, unbiased variance, and what the gradient wants: the mean again, the biased variance, a workspace.
  const outputs = backend.executeMultipleOutputs("FusedBatchNormV3", attrs, inputs, 6);
  const [y, mean, unbiased, , biased] = outputs as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const rows = x!.size / scale!.size;
  // On a GPU the reserved output is cuDNN's inverse deviation instead.
  const variance = backend.isUsingGpuDevice ? tf.mul(unbiased, Math.max(rows - 1, 1) / rows) : biased;
  return [tf.reshape(y, x!.shape), mean, variance];
}

function batchNormGrad(
  backend: NativeBackend,
  { dy, x, scale, mean, variance }: Inputs,
  { epsilon }: BatchNormAttrs,
): Tensor[] {
  const spread = backend.isUsingGpuDevice ? tf.rsqrt(tf.add(variance!, epsilon)) : variance!;
  const attrs = batchNormAttrs(backend, epsilon);
  const inputs = [asImages(dy!), asImages(x!), scale!, mean!, spread, tf.tensor1d([], "float32")];
  const outputs = backend.executeMultipleOutputs("FusedBatchNormGradV3", attrs, inputs, 5);
  const [dx, dScale, dShift] = outputs as [Tensor, Tensor, Tensor];
  return [tf.reshape(dx, x!.shape), dScale, dShift];
}

/** Draws and applies the noise of elements in one pass (kernels.cc): the numbers of core/noise.ts. */
function noise(backend: NativeBackend, { x }: Inputs, { hi, lo, mu, sigma, rMu, rSigma }: NoiseAttrs): Tensor[] {
  const key = tf.tensor1d([hi | 0, lo | 0], "int32");
  const inputs = [x!, tf.tensor1d(mu), tf.tensor1d(sigma), tf.tensor1d([rMu, rSigma]), key];
  return backend.executeMultipleOutputs("GradstreamNoise", [], inputs, 2);
}

/**
 * Draws the noise of elements by TensorFlow's own Philox, keyed: other numbers than those of core/noise.ts, of the same
 * distribution.
 */
function noiseOfOps(backend: NativeBackend, { x }: Inputs, { hi, lo, mu, sigma, rMu, rSigma }: NoiseAttrs): Tensor[] {
  const { binding } = backend;
  const shape = tf.tensor1d(x!.shape, "int32");
  const draw = (op: string, counter: number): Tensor => {
    const seed = tf.tensor1d([(hi ^ counter) | 0, lo | 0], "int32");
    return backend.executeSingleOutput(
      op,
      [
        { name: "dtype", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
        { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
        { name: "Tseed", type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
      ],
      [shape, seed],
    );
  };
  const affine = (draws: Tensor, factor: number, offset: Float32Array) =>
    tf.add(tf.mul(draws, factor), tf.tensor1d(offset));
  const scale = affine(draw("StatelessRandomNormal", 0), rSigma, sigma);
  const shift = affine(
    draw("StatelessRandomUniform", 1),
    2 * rMu,
    mu.map((m) => m - rMu),
  );
  return [tf.add(tf.mul(x!, scale), shift), scale];
}

function reluGrad(backend: NativeBackend, { dy, y }: Inputs): Tensor[] {
  const { binding } = backend;
  const attrs = [{ name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }];
  return [backend.executeSingleOutput("ReluGrad", attrs, [dy!, y!])];
}

function poolAttrs({ binding }: NativeBackend, size: number): Attr[] {
  const window = [1, size, size, 1];
  return [
    { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: "ksize", type: binding.TF_ATTR_INT, value: window },
    { name: "strides", type: binding.TF_ATTR_INT, value: window },
    { name: "padding", type: binding.TF_ATTR_STRING, value: "VALID" },
    { name: "data_format", type: binding.TF_ATTR_STRING, value: "NHWC" },
    { name: "workspace_enabled", type: binding.TF_ATTR_BOOL, value: true },
    { name: "_kernel", type: binding.TF_ATTR_STRING, value: "MklNameChangeOp" },
  ];
}

/**
 * Runs oneDNN's max-pooling, which keeps where each maximum was: its gradient is six times faster than the ordinary
 * op's.
 */
const maxPool = (backend: NativeBackend, { x }: Inputs, { size }: MaxPoolAttrs): Tensor[] =>
  backend.executeMultipleOutputs("_MklNativeMaxPool", poolAttrs(backend, size), [x!], 2);

const maxPoolGrad = (backend: NativeBackend, { dy, x, y, workspace }: Inputs, { size }: MaxPoolAttrs): Tensor[] => [
  backend.executeSingleOutput("_MklNativeMaxPoolGrad", poolAttrs(backend, size), [x!, y!, dy!, workspace!]),
];

function changeSums(backend: NativeBackend, inputs: Inputs): Tensor[] {
  const tensors = Object.values(inputs);
  const count: Attr = { name: "N", type: backend.binding.TF_ATTR_INT, value: tensors.length / 4 };
  return [backend.executeSingleOutput("GradstreamChangeSums", [count], tensors)];
}

/** Makes the kernels of core/kernels.ts from TensorFlow's ops, and from those of kernels.cc where they are there. */
export function tensorflowKernels(backend: NativeBackend, hasOwn: boolean): KernelConfig[] {
  const config = (
    kernelName: string,
    kernel: (backend: NativeBackend, inputs: Inputs, attrs: never) => Tensor[],
  ): KernelConfig => ({
    kernelName,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const outputs = tf.tidy(() => kernel(backend as NativeBackend, inputs as unknown as Inputs, attrs as never));
      return outputs.length === 1 ? outputs[0]! : outputs;
    },
  });
  const always = [
    config(KERNELS.batchNorm, batchNorm),
    config(KERNELS.batchNormGrad, batchNormGrad),
    config(KERNELS.noise, hasOwn ? noise : noiseOfOps),
    config(KERNELS.reluGrad, reluGrad),
  ];
  const own = hasOwn ? [config(KERNELS.changeSums, changeSums)] : [];
  const pooling = [config(KERNELS.maxPool, maxPool), config(KERNELS.maxPoolGrad, maxPoolGrad)];
  return [...always, ...own, ...(hasOneDnnPooling(backend) ? pooling : [])];
}

function hasOneDnnPooling(backend: NativeBackend): boolean {
  try {
    tf.tidy(() => {
      maxPool(backend, { x: tf.ones([1, 2, 2, 1]) }, { size: 2 });
    });
    return true;
  } catch {
    return false;
  }
}
