import { readFileSync } from "node:fs";

/** The kernels of assembly/ as this engine runs them best. */
interface KernelModule {
  readonly module: WebAssembly.Module;
  /** The instructions that they use; a product and a sum round once by relaxed SIMD, twice by SIMD. */
  readonly simd: "relaxed SIMD" | "SIMD";
}

let compiled: KernelModule | undefined;

/** Compiles the kernels of this engine and processor, the first time that they are asked for. */
export function kernelModule(): KernelModule {
  return (compiled ??= compile());
}

function compile(): KernelModule {
  const relaxed = readFileSync(new URL("./kernels-relaxed.wasm", import.meta.url));
  if (WebAssembly.validate(relaxed)) {
    const module = new WebAssembly.Module(relaxed);
    if (isFused(module)) return { module, simd: "relaxed SIMD" };
  }
  const module = new WebAssembly.Module(readFileSync(new URL("./kernels.wasm", import.meta.url)));
  return { module, simd: "SIMD" };
}

/** Whether a * b + c rounds once: of (1 + 2^-12)² - (1 + 2^-11) a rounded product leaves nothing. */
function isFused(module: WebAssembly.Module): boolean {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { multiplyAddOnce } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const root = 1 + 2 ** -12;
  return (multiplyAddOnce as (a: number, b: number, c: number) => number)(root, root, -1 - 2 ** -11) !== 0;
}
