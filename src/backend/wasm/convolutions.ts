import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { WasmMemory } from "./memory.ts";

interface ConvAttrs {
  readonly strides: number | readonly [number, number];
  readonly pad: string | number;
  readonly dataFormat: string;
  readonly dilations?: number | readonly [number, number];
}

/** Sizes of a convolution; of the gradient of its input those of the convolution that computes it. */
interface Sizes {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly cin: number;
  readonly cout: number;
  readonly kh: number;
  readonly kw: number;
}

/** Bytes that a pass works on at a time, which stay in a processor's second cache. */
const WORKING_SET = 1 << 18;
/** Values between the 16 matrices of tiles, as assembly/winograd.ts has them. */
const GAP = 16;
const POINTS = 16;
/** Values of a block whose channels are fewer than eight, on their way to y. */
const SPILLED = 32;

const isOne = (value: number | readonly number[] = 1): boolean => [value].flat().every((n) => n === 1);

/**
 * Returns whether a convolution is one that the kernels compute: stride 1, zero padding that keeps the size, odd filter, NHWC,
 * float32.
 */
function isOwn(attrs: ConvAttrs, [kh, kw]: readonly number[], tensors: readonly TensorInfo[]): boolean {
  const { strides, pad, dataFormat, dilations } = attrs;
  return (
    isOne(strides) &&
    isOne(dilations) &&
    pad === "same" &&
    dataFormat === "NHWC" &&
    kh! % 2 === 1 &&
    kw! % 2 === 1 &&
    tensors.every(({ dtype, shape }) => dtype === "float32" && shape.every((n) => n > 0))
  );
}

function sizesOf(x: TensorInfo, filterShape: readonly number[]): Sizes {
  const [images, height, width] = x.shape as [number, number, number];
  const [kh, kw, cin, cout] = filterShape as [number, number, number, number];
  return { images, height, width, cin, cout, kh, kw };
}

/** Returns whether tiles take fewer products: 3 x 3 with whole vectors of channels. */
const isTiled = ({ cin, cout, kh, kw }: Sizes): boolean => kh === 3 && kw === 3 && cin % 4 === 0 && cout % 8 === 0;

/** Memory of tiles: a padded image, and how many tiles a pass takes with the values that it wants for them. */
function tiling({ height, width, cin, cout }: Sizes) {
  const padded = (2 * Math.ceil(height / 2) + 2) * (2 * Math.ceil(width / 2) + 2) * cin;
  const block = Math.max(16, Math.floor(WORKING_SET / (4 * POINTS * (cin + cout)) / 4) * 4);
  const [inputs, outputs] = [POINTS * (block * cin + GAP), POINTS * (block * cout + GAP)];
  return { padded, block, inputs, outputs };
}

/** Lends `f` zeroed float32 memory in pieces of so many values. */
function pieces(memory: WasmMemory, lengths: readonly number[], f: (...pointers: number[]) => void): void {
  const whole = lengths.map((length) => Math.ceil(length / 4) * 16);
  memory.scratch(whole.reduce((sum, bytes) => sum + bytes, 0) / 8, (pointer) => {
    let next = pointer;
    f(...whole.map((bytes) => (next += bytes) - bytes));
  });
}

/** A filter, as it is or turned: its taps from the last to the first, its channels swapped. */
interface ConvolutionFilter {
  readonly tensor: TensorInfo;
  readonly isTurned: boolean;
}

function convolve(memory: WasmMemory, x: TensorInfo, filter: ConvolutionFilter): TensorInfo {
  const { cin, cout, ...rest } = sizesOf(x, filter.tensor.shape);
  const sizes: Sizes = { ...rest, cin: filter.isTurned ? cout : cin, cout: filter.isTurned ? cin : cout };
  const y = memory.output([sizes.images, sizes.height, sizes.width, sizes.cout]);
  const [px, py] = [memory.pointer(x), memory.pointer(y)];
  const pack = (packed: number): void => {
    const pointer = memory.pointer(filter.tensor);
    memory.kernels.packFilter(sizes.kh * sizes.kw, cin, cout, Number(filter.isTurned), pointer, packed);
  };
  (isTiled(sizes) ? convolveTiles : convolveDirectly)(memory, sizes, px, py, pack);
  return y;
}

type Convolve = (memory: WasmMemory, sizes: Sizes, x: number, y: number, pack: (packed: number) => void) => void;

/** Number of values of a packed filter. */
const packedLength = ({ kh, kw, cin, cout }: Sizes): number => kh * kw * cin * Math.ceil(cout / 8) * 8;

const convolveTiles: Convolve = (memory, sizes, x, y, pack) => {
  const { images, height, width, cin, cout } = sizes;
  const { padded, block, inputs, outputs } = tiling(sizes);
  const lengths = [packedLength(sizes), POINTS * cin * cout, padded, inputs, outputs];
  pieces(memory, lengths, (packed, transformed, image, v, m) => {
    pack(packed);
    memory.kernels.transformFilter(cout, cin, packed, transformed);
    memory.kernels.convolveTiles(images, height, width, cin, cout, x, transformed, y, image, v, m, block);
  });
};

const convolveDirectly: Convolve = (memory, sizes, x, y, pack) => {
  const { images, height, width, cin, cout, kh, kw } = sizes;
  const image = (height + kh - 1) * (width + kw - 1) * cin;
  const group = Math.max(1, Math.min(images, Math.floor(WORKING_SET / 2 / (4 * image))));
  pieces(memory, [packedLength(sizes), group * image + SPILLED], (packed, padded) => {
    pack(packed);
    memory.kernels.convolve(images, height, width, cin, cout, kh, kw, x, packed, y, padded, group);
  });
};

function filterGradient(memory: WasmMemory, x: TensorInfo, dy: TensorInfo, filterShape: number[]): TensorInfo {
  const sizes = sizesOf(x, filterShape);
  const { images, height, width, cin, cout, kh, kw } = sizes;
  const dw = memory.output(filterShape);
  const [px, pdy, pdw] = [memory.pointer(x), memory.pointer(dy), memory.pointer(dw)];
  const { kernels } = memory;
  if (isTiled(sizes)) {
    const { padded, block, inputs, outputs } = tiling(sizes);
    pieces(memory, [POINTS * cin * cout, padded, inputs, outputs], (sums, image, v, m) => {
      kernels.gradientOfTiles(images, height, width, cin, cout, px, pdy, sums, image, v, m, block);
      kernels.filterOfTiles(cin, cout, sums, pdw);
    });
    return dw;
  }
  memory.floats(pdw, kh * kw * cin * cout).fill(0);
  pieces(memory, [(height + kh - 1) * (width + kw - 1) * cin], (padded) => {
    kernels.filterGradient(images, height, width, cin, cout, kh, kw, px, pdy, pdw, padded);
  });
  return dw;
}

/** Makes the kernel of a convolution; `original` computes those of other strides and paddings. */
export function conv2d(memory: WasmMemory, original: KernelFunc): KernelFunc {
  return (args) => {
    const [x, filter] = [args.inputs["x"]!, args.inputs["filter"]!];
    if (!isOwn(args.attrs as unknown as ConvAttrs, filter.shape, [x, filter])) return original(args);
    return convolve(memory, x, { tensor: filter, isTurned: false });
  };
}

/** Makes the kernel of the gradient of its input: dY convolved with the filter turned by 180 degrees, its channels swapped. */
export function conv2dInputGradient(memory: WasmMemory, original: KernelFunc): KernelFunc {
  return (args) => {
    const [dy, filter] = [args.inputs["dy"]!, args.inputs["filter"]!];
    if (!isOwn(args.attrs as unknown as ConvAttrs, filter.shape, [dy, filter])) return original(args);
    return convolve(memory, dy, { tensor: filter, isTurned: true });
  };
}

/** Makes the kernel of the gradient of its filter. It throws for strides and paddings that are not those of the kernels. */
export function conv2dFilterGradient(memory: WasmMemory): KernelFunc {
  return ({ inputs, attrs }) => {
    const [x, dy] = [inputs["x"]!, inputs["dy"]!];
    const { filterShape } = attrs as unknown as { filterShape: number[] };
    if (!isOwn(attrs as unknown as ConvAttrs, filterShape, [x, dy])) {
      throw new Error(`wasm: filter gradients are there for stride 1, padding "same" and odd filters only`);
    }
    return filterGradient(memory, x, dy, filterShape);
  };
}
