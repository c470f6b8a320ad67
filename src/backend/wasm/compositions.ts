import * as tf from "@tensorflow/tfjs-core";
import type { KernelBackend, KernelConfig, KernelFunc, Tensor, Tensor4D, TensorInfo } from "@tensorflow/tfjs-core";
import type { WasmMemory } from "./memory.ts";

type Inputs = Record<string, TensorInfo>;

interface ConvAttrs {
  readonly strides: number | readonly [number, number];
  readonly pad: string | number;
  readonly dataFormat: string;
}

/**
 * Returns whether a convolution is one of this project's: stride 1, zero padding that keeps the size, odd filter, NHWC.
 */
function isSame({ strides, pad, dataFormat }: ConvAttrs, [kh, kw]: readonly number[]): boolean {
  const unit = typeof strides === "number" ? strides === 1 : strides.every((stride) => stride === 1);
  return unit && pad === "same" && dataFormat === "NHWC" && kh! % 2 === 1 && kw! % 2 === 1;
}

function filterGradient(memory: WasmMemory, { x, dy }: Inputs, attrs: ConvAttrs, filterShape: number[]): TensorInfo {
  if (!isSame(attrs, filterShape)) {
    throw new Error(`wasm: filter gradients are there for stride 1, padding "same" and odd filters only`);
  }
  const [images, height, width, cin] = x!.shape as [number, number, number, number];
  const [kh, kw, , cout] = filterShape as [number, number, number, number];
  const dw = memory.output(filterShape);
  memory.floats(memory.pointer(dw), kh * kw * cin * cout).fill(0);
  memory.scratch(Math.ceil(((height + kh - 1) * (width + kw - 1) * cin) / 2), (padded) => {
    const [px, pdy, pdw] = [memory.pointer(x!), memory.pointer(dy!), memory.pointer(dw)];
    memory.kernels.filterGradient(images, height, width, cin, cout, kh, kw, px, pdy, pdw, padded);
  });
  return dw;
}

/**
 * Computes dX of a same-padded convolution: dY convolved with the filter rotated by 180 degrees, its channels swapped.
 */
function inputGradient(memory: WasmMemory, { dy, filter }: Inputs): TensorInfo {
  const [kh, kw, cin, cout] = filter!.shape as [number, number, number, number];
  const turned = memory.output([kh, kw, cout, cin]);
  const from = memory.floats(memory.pointer(filter!), kh * kw * cin * cout);
  const to = memory.floats(memory.pointer(turned), kh * kw * cin * cout);
  for (let tap = 0; tap < kh * kw; tap++) {
    const opposite = (kh * kw - 1 - tap) * cin * cout;
    for (let i = 0; i < cin; i++) {
      for (let o = 0; o < cout; o++) to[tap * cin * cout + o * cin + i] = from[opposite + i * cout + o]!;
    }
  }
  const filterTurned = tf.engine().makeTensorFromTensorInfo(turned) as Tensor4D;
  const dx = tf.conv2d(dy as Tensor4D, filterTurned, 1, "same");
  filterTurned.dispose();
  return dx;
}

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

/** Makes the kernel of sums: those over all axes but the last (bias gradients) run over contiguous rows. */
function sum(memory: WasmMemory, original: KernelFunc): KernelFunc {
  return (args) => {
    const x = args.inputs["x"]!;
    const { axis, keepDims } = args.attrs as unknown as { axis: number | number[]; keepDims: boolean };
    const axes = tf.util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
    const leading = x.shape.length > 1 && axes.length === x.shape.length - 1 && axes.every((a, i) => a === i);
    if (!leading || x.dtype !== "float32") return original(args);
    const channels = x.shape.at(-1)!;
    const rows = x.shape.slice(0, -1).reduce((product, n) => product * n, 1);
    const out = memory.output(keepDims ? [...axes.map(() => 1), channels] : [channels]);
    memory.scratch(channels, (pointer, values) => {
      memory.kernels.sumRows(rows, channels, memory.pointer(x), pointer);
      memory.floats(memory.pointer(out), channels).set(values());
    });
    return out;
  };
}

/** Makes the tfjs kernels that its wasm backend lacks or runs slowly. */
export function trainingKernels(memory: WasmMemory): KernelConfig[] {
  const original = (name: string): KernelFunc => tf.getKernel(name, "wasm").kernelFunc;
  const slowInputGradient = original("Conv2DBackpropInput");
  const replace = (kernelName: string, kernelFunc: KernelFunc): KernelConfig => {
    return { kernelName, backendName: "wasm", kernelFunc };
  };
  return [
    replace("Conv2DBackpropFilter", ({ inputs, attrs }) => {
      const { filterShape } = attrs as unknown as { filterShape: number[] };
      return filterGradient(memory, inputs as Inputs, attrs as unknown as ConvAttrs, filterShape);
    }),
    replace("Conv2DBackpropInput", (args) => {
      const filter = args.inputs["filter"]!;
      if (!isSame(args.attrs as unknown as ConvAttrs, filter.shape)) return slowInputGradient(args);
      return inputGradient(memory, args.inputs as Inputs);
    }),
    replace("Identity", identity),
    replace("Add", add(memory, original("Add"))),
    replace("BatchMatMul", matMul(original("BatchMatMul"))),
    replace("Sum", sum(memory, original("Sum"))),
  ];
}
