import { engine, type KernelConfig, type Tensor, type TensorInfo } from "@tensorflow/tfjs-core";
import { asWords, CHANGE_SUMS } from "../../core/change-sums.ts";
import {
  KERNELS,
  type BatchNormAttrs,
  type CombinationAttrs,
  type MaxPoolAttrs,
  type NoiseAttrs,
} from "../../core/kernels.ts";
import type { WasmMemory } from "./memory.ts";

type Inputs = Record<string, TensorInfo>;

function rowsOf(shape: readonly number[]): { rows: number; channels: number } {
  const channels = shape.at(-1)!;
  return { rows: shape.slice(0, -1).reduce((product, n) => product * n, 1), channels };
}

function batchNorm(memory: WasmMemory, inputs: Inputs, { epsilon }: BatchNormAttrs): TensorInfo[] {
  const x = inputs["x"]!;
  const { rows, channels } = rowsOf(x.shape);
  const { kernels } = memory;
  const [y, mean, variance] = [memory.output(x.shape), memory.output([channels]), memory.output([channels])];
  const [px, pMean, pVariance] = [memory.pointer(x), memory.pointer(mean), memory.pointer(variance)];
  memory.scratch(channels * 2, (sum, values) => {
    const writeMeans = (to: number): void => {
      const sums = values().subarray(0, channels);
      memory.floats(to, channels).set(sums.map((v) => v / rows));
    };
    kernels.sumRows(rows, channels, px, sum);
    writeMeans(pMean);
    values().fill(0);
    kernels.sumSquares(rows, channels, px, pMean, sum);
    writeMeans(pVariance);
    const scale = memory.floats(memory.pointer(inputs["scale"]!), channels);
    const factor = memory.floats(sum, channels);
    const squares = memory.floats(pVariance, channels);
    for (let c = 0; c < channels; c++) factor[c] = scale[c]! / Math.sqrt(squares[c]! + epsilon);
    kernels.affine(rows, channels, px, pMean, sum, memory.pointer(inputs["shift"]!), memory.pointer(y));
  });
  return [y, mean, variance];
}

/**
 * Computes dx = a (dy - mean(dy) - xhat mean(dy xhat)) with a = scale / sigma, gathered into one affine map of dy and
 * x.
 */
function batchNormGrad(memory: WasmMemory, inputs: Inputs, { epsilon }: BatchNormAttrs): TensorInfo[] {
  const x = inputs["x"]!;
  const { rows, channels } = rowsOf(x.shape);
  const { kernels } = memory;
  const [dx, dScale, dShift] = [memory.output(x.shape), memory.output([channels]), memory.output([channels])];
  const [pdy, px, pMean] = [inputs["dy"]!, x, inputs["mean"]!].map((tensor) => memory.pointer(tensor)) as [
    number,
    number,
    number,
  ];
  memory.scratch(channels * 4, (sum, values) => {
    kernels.sumProducts(rows, channels, pdy, px, pMean, sum, sum + channels * 8);
    const [a, b, d] = [0, 1, 2].map((i) => memory.floats(sum + channels * (16 + 4 * i), channels));
    const scale = memory.floats(memory.pointer(inputs["scale"]!), channels);
    const variance = memory.floats(memory.pointer(inputs["variance"]!), channels);
    const gradScale = memory.floats(memory.pointer(dScale), channels);
    const gradShift = memory.floats(memory.pointer(dShift), channels);
    const sums = values();
    for (let c = 0; c < channels; c++) {
      const inverse = 1 / Math.sqrt(variance[c]! + epsilon);
      const total = sums[c]!;
      const dot = sums[channels + c]! * inverse;
      gradShift[c] = total;
      gradScale[c] = dot;
      a![c] = scale[c]! * inverse;
      b![c] = (-scale[c]! * inverse * inverse * dot) / rows;
      d![c] = (-scale[c]! * inverse * total) / rows;
    }
    const [pa, pb, pd] = [0, 1, 2].map((i) => sum + channels * (16 + 4 * i)) as [number, number, number];
    kernels.affineGradient(rows, channels, pdy, px, pMean, pa, pb, pd, memory.pointer(dx));
  });
  return [dx, dScale, dShift];
}

/** Repeats `values` until their length is a multiple of 16, the kernel's stride. */
function tile(values: Float32Array): Float32Array {
  let length = values.length;
  while (length % 16 !== 0) length += values.length;
  return Float32Array.from({ length }, (_, i) => values[i % values.length]!);
}

function noise(memory: WasmMemory, inputs: Inputs, attrs: NoiseAttrs): TensorInfo[] {
  const x = inputs["x"]!;
  const [y, scale] = [memory.output(x.shape), memory.output(x.shape)];
  const [mu, sigma] = [tile(attrs.mu), tile(attrs.sigma)];
  const count = x.shape.reduce((product, n) => product * n, 1);
  memory.scratch(mu.length, (pointer) => {
    const pSigma = pointer + mu.length * 4;
    memory.floats(pointer, mu.length).set(mu);
    memory.floats(pSigma, sigma.length).set(sigma);
    const [px, py, ps] = [memory.pointer(x), memory.pointer(y), memory.pointer(scale)];
    const { rMu, rSigma, hi, lo } = attrs;
    memory.kernels.noise(count, px, py, ps, pointer, pSigma, mu.length, rMu, rSigma, hi, lo);
  });
  return [y, scale];
}

function reluGrad(memory: WasmMemory, inputs: Inputs): TensorInfo {
  const [dy, y] = [inputs["dy"]!, inputs["y"]!];
  const dx = memory.output(y.shape);
  const count = y.shape.reduce((product, n) => product * n, 1);
  memory.kernels.reluGradient(count, memory.pointer(dy), memory.pointer(y), memory.pointer(dx));
  return dx;
}

function combination(memory: WasmMemory, inputs: Inputs, { a, b }: CombinationAttrs): TensorInfo {
  const [x, y] = [inputs["x"]!, inputs["y"]!];
  const out = memory.output(x.shape);
  const count = x.shape.reduce((product, n) => product * n, 1);
  memory.kernels.combination(count, memory.pointer(x), a, memory.pointer(y), b, memory.pointer(out));
  return out;
}

function changeSums(memory: WasmMemory, inputs: Inputs): TensorInfo {
  const tensors = Object.values(inputs);
  const count = tensors.length / 4;
  return memory.scratch(count * CHANGE_SUMS, (sums, values) => {
    for (let i = 0; i < count; i++) {
      const own = [0, 1, 2, 3].map((k) => tensors[k * count + i]!);
      const size = own[0]!.shape.reduce((product, n) => product * n, 1);
      const [gradient, before, after, initial] = own.map((tensor) => memory.pointer(tensor));
      memory.kernels.changeSums(size, gradient!, before!, after!, initial!, sums + i * CHANGE_SUMS * 8);
    }
    return memory.integers(asWords(values().slice()));
  });
}

function maxPoolGrad(memory: WasmMemory, inputs: Inputs, { size }: MaxPoolAttrs): TensorInfo {
  const [dy, x, y] = [inputs["dy"]!, inputs["x"]!, inputs["y"]!];
  if (size !== 2) {
    const attrs = { filterSize: size, strides: size, pad: "valid" };
    const tensors = { dy, input: x, output: y } as unknown as Record<string, Tensor>;
    return engine().runKernel<Tensor>("MaxPoolGrad", tensors, attrs);
  }
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const dx = memory.output(x.shape);
  const [px, py, pdy, pdx] = [x, y, dy, dx].map((tensor) => memory.pointer(tensor));
  memory.kernels.maxPoolGradient(images, height, width, channels, px!, py!, pdy!, pdx!);
  return dx;
}

/** Makes the kernels of core/kernels.ts in SIMD over tfjs's own memory. */
export function wasmKernels(memory: WasmMemory): KernelConfig[] {
  const config = (
    kernelName: string,
    kernel: (memory: WasmMemory, inputs: Inputs, attrs: never) => TensorInfo | TensorInfo[],
  ): KernelConfig => ({
    kernelName,
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs }) => kernel(memory, inputs as Inputs, attrs as never),
  });
  return [
    config(KERNELS.batchNorm, batchNorm),
    config(KERNELS.batchNormGrad, batchNormGrad),
    config(KERNELS.noise, noise),
    config(KERNELS.reluGrad, reluGrad),
    config(KERNELS.maxPoolGrad, maxPoolGrad),
    config(KERNELS.combination, combination),
    config(KERNELS.changeSums, changeSums),
  ];
}
