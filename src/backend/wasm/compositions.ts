import * as tf from "@tensorflow/tfjs-core";
import type { KernelBackend, KernelConfig, KernelFunc, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from "./convolutions.ts";
import { transpose } from "./transpose.ts";
import type { WasmMemory } from "./memory.ts";

/** Returns another name for the same values, as other backends do; the kernel that it replaces copies them. */
const identity: KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs["x"]!;
  (backend as KernelBackend).incRef(dataId);
  return { dataId, shape, dtype };
};

/** Makes the kernel x + bias, with the bias along the last axis. */
function add(memory: WasmMemory, original: KernelFunc): KernelFunc {
  return (args) => {
    const [a, b] = [args.inputs["a"]!, args.inputs["b"]!];
    const channels = b.shape[0]!;
    const isBias = b.shape.length === 1 && a.shape.length > 1 && a.shape.at(-1) === channels;
    if (!isBias || a.dtype !== "float32" || b.dtype !== "float32") return original(args);
    const y = memory.output(a.shape);
    const rows = a.shape.slice(0, -1).reduce((product, n) => product * n, 1);
    memory.kernels.addBias(rows, channels, memory.pointer(a), memory.pointer(b), memory.pointer(y));
    return y;
  };
}

/**
 * Makes the kernel of matrix products: an explicit transposition followed by a plain product is many times faster than
 * the kernel's own transposition.
 */
function matMul(original: KernelFunc): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
    const flipped: Tensor[] = [];
    const flip = (x: TensorInfo, transpose: boolean): TensorInfo => {
      if (!transpose) return x;
      const axes = x.shape.map((_, axis) => axis);
      const y = tf.transpose(x as Tensor, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
      flipped.push(y);
      return y;
    };
    const [a, b] = [flip(inputs["a"]!, transposeA), flip(inputs["b"]!, transposeB)];
    const product = original({ inputs: { a, b }, attrs: { transposeA: false, transposeB: false }, backend });
    for (const y of flipped) y.dispose();
    return product;
  };
}

/** Columns that a sum over everything is taken in: the kernel adds up 16 side by side. */
const COLUMNS = [16, 4, 1] as const;

/**
 * Makes the kernel of sums or means: those over all axes, or all but the last (bias gradients), run over contiguous rows and
 * keep their digits. tfjs adds up one after another in float32: the variance of a million values comes out half a per cent wrong.
 */
function reduction(memory: WasmMemory, original: KernelFunc, of: "sum" | "mean"): KernelFunc {
  return (args) => {
    const x = args.inputs["x"]!;
    const { axis, keepDims } = args.attrs as unknown as { axis: number | number[]; keepDims: boolean };
    const axes = tf.util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
    const size = tf.util.sizeFromShape(x.shape);
    const kept = x.shape.slice(axes.length);
    const isContiguous = axes.length > 0 && axes.every((a, i) => a === i) && kept.length <= 1;
    if (!isContiguous || x.dtype !== "float32" || size === 0) return original(args);
    const isWhole = kept.length === 0;
    const channels = isWhole ? COLUMNS.find((columns) => size % columns === 0)! : kept[0]!;
    const rows = size / channels;
    const count = of === "sum" ? 1 : isWhole ? size : rows;
    const out = memory.output([...(keepDims ? axes.map(() => 1) : []), ...kept]);
    memory.scratch(channels, (pointer, values) => {
      memory.kernels.sumRows(rows, channels, memory.pointer(x), pointer);
      const sums = values();
      const found = isWhole ? Float64Array.of(sums.reduce((total, value) => total + value, 0)) : sums;
      memory.floats(memory.pointer(out), found.length).set(count === 1 ? found : found.map((value) => value / count));
    });
    return out;
  };
}

/** Makes the tfjs kernels that its wasm backend lacks or runs slowly. */
export function trainingKernels(memory: WasmMemory): KernelConfig[] {
  const original = (name: string): KernelFunc => tf.getKernel(name, "wasm").kernelFunc;
  const replace = (kernelName: string, kernelFunc: KernelFunc): KernelConfig => {
    return { kernelName, backendName: "wasm", kernelFunc };
  };
  return [
    replace("Conv2D", conv2d(memory, original("Conv2D"))),
    replace("Conv2DBackpropFilter", conv2dFilterGradient(memory)),
    replace("Conv2DBackpropInput", conv2dInputGradient(memory, original("Conv2DBackpropInput"))),
    replace("Identity", identity),
    replace("Add", add(memory, original("Add"))),
    replace("BatchMatMul", matMul(original("BatchMatMul"))),
    replace("Transpose", transpose(memory, original("Transpose"))),
    replace("Sum", reduction(memory, original("Sum"), "sum")),
    replace("Mean", reduction(memory, original("Mean"), "mean")),
  ];
}
