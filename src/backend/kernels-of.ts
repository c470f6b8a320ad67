import { compiledKernels } from "./tensorflow/load.ts";
import { kernelModule } from "./wasm/kernel-module.ts";

/** Names the kernels that a backend has here, where others round otherwise; undefined where there are none but tfjs's. */
export function kernelsOf(backend: string): string | undefined {
  if (backend === "tensorflow") return compiledKernels();
  return backend === "wasm" ? kernelModule().simd : undefined;
}
