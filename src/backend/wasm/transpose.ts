import type { KernelFunc } from "@tensorflow/tfjs-core";
import type { WasmMemory } from "./memory.ts";

/** Values that a kernel moves at a time. */
const VECTOR = 4;

/** Two neighbouring blocks of axes that change places: [outer, first, second, inner] to [outer, second, first, inner]. */
interface Swap {
  readonly outer: number;
  readonly first: number;
  readonly second: number;
  readonly inner: number;
}

/** Returns the blocks that a permutation swaps; undefined where it does something else. */
function swapOf(shape: readonly number[], perm: readonly number[]): Swap | undefined {
  const begin = perm.findIndex((axis, i) => axis !== i);
  if (begin < 0) return undefined;
  const end = perm.findLastIndex((axis, i) => axis !== i) + 1;
  const length = end - begin;
  const shift = perm[begin]! - begin;
  const isRotated = perm.slice(begin, end).every((axis, i) => axis === begin + ((i + shift) % length));
  if (!isRotated) return undefined;
  const sizeOf = (from: number, to?: number) => shape.slice(from, to).reduce((product, n) => product * n, 1);
  return {
    outer: sizeOf(0, begin),
    first: sizeOf(begin, begin + shift),
    second: sizeOf(begin + shift, end),
    inner: sizeOf(end),
  };
}

/** Makes the kernel of transpositions: those that move whole vectors, such as batches side by side, copy them row by row. */
export function transpose(memory: WasmMemory, original: KernelFunc): KernelFunc {
  return (args) => {
    const x = args.inputs["x"]!;
    const { perm } = args.attrs as unknown as { readonly perm: readonly number[] };
    const swap = x.dtype === "float32" ? swapOf(x.shape, perm) : undefined;
    if (swap === undefined || swap.inner < VECTOR) return original(args);
    const y = memory.output(perm.map((axis) => x.shape[axis]!));
    memory.kernels.swapBlocks(swap.outer, swap.first, swap.second, swap.inner, memory.pointer(x), memory.pointer(y));
    return y;
  };
}
