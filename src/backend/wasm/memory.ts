import { backend, type TensorInfo } from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { kernelModule } from "./kernel-module.ts";

/**
 * Exports of kernels.wasm (assembly/): they take sizes, then byte offsets into the memory that tfjs's own module owns.
 */
export type Kernels = Readonly<Record<KernelName, (...args: number[]) => void>>;

type KernelName =
  | "changeSums"
  | "noise"
  | "sumRows"
  | "sumSquares"
  | "sumProducts"
  | "affine"
  | "affineGradient"
  | "addBias"
  | "combination"
  | "swapBlocks"
  | "reluGradient"
  | "maxPoolGradient"
  | "filterGradient"
  | "packFilter"
  | "convolve"
  | "transformFilter"
  | "convolveTiles"
  | "gradientOfTiles"
  | "filterOfTiles";

interface Emscripten {
  readonly asm: { readonly memory: WebAssembly.Memory };
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

interface DataMap {
  get(dataId: object): { readonly memoryOffset: number };
}

/** Gives kernels direct access to the memory of tfjs's wasm backend. */
export class WasmMemory {
  readonly kernels: Kernels;
  readonly #backend: BackendWasm;
  readonly #module: Emscripten;

  constructor() {
    this.#backend = backend() as unknown as BackendWasm;
    this.#module = this.#backend.wasm as unknown as Emscripten;
    const instance = new WebAssembly.Instance(kernelModule().module, { env: { memory: this.#module.asm.memory } });
    this.kernels = instance.exports as unknown as Kernels;
  }

  pointer(tensor: TensorInfo): number {
    return (this.#backend as unknown as { dataIdMap: DataMap }).dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** Makes a float32 tensor of unspecified content. */
  output(shape: readonly number[]): TensorInfo {
    return this.#backend.makeOutput([...shape], "float32");
  }

  /** Makes an int32 tensor of `values`. */
  integers(values: Int32Array): TensorInfo {
    const info = this.#backend.makeOutput([values.length], "int32");
    new Int32Array(this.#module.HEAPU8.buffer, this.pointer(info), values.length).set(values);
    return info;
  }

  /** Makes a float32 tensor of `values`. */
  tensor(values: Float32Array, shape: readonly number[]): TensorInfo {
    const info = this.output(shape);
    this.floats(this.pointer(info), values.length).set(values);
    return info;
  }

  floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.#module.HEAPU8.buffer, pointer, length);
  }

  /** Lends `f` zeroed scratch memory of `length` float64 values. */
  scratch<T>(length: number, f: (pointer: number, values: () => Float64Array) => T): T {
    const pointer = this.#module._malloc(length * 8);
    const values = () => new Float64Array(this.#module.HEAPU8.buffer, pointer, length);
    try {
      values().fill(0);
      return f(pointer, values);
    } finally {
      this.#module._free(pointer);
    }
  }
}
