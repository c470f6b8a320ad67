import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../../core/errors.ts";
import { composedKernels } from "../composed.ts";
import { trainingKernels } from "./compositions.ts";
import { wasmKernels } from "./kernels.ts";
import { WasmMemory } from "./memory.ts";

/**
 * Starts tfjs's wasm backend (SIMD, one thread) and registers the kernels that training needs. Returns version and
 * device.
 *
 * @throws {UserError} when tfjs's file is missing or cannot be loaded.
 */
export async function startWasm(): Promise<string> {
  const file = join(dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")), WASM_FILE);
  if (!existsSync(file)) throw new UserError(`backend wasm: ${file} is missing; run \`npm ci\` to install it again`);
  await import("@tensorflow/tfjs-backend-wasm");
  try {
    if (!(await tf.setBackend("wasm"))) throw new Error("tfjs refused it");
    const memory = new WasmMemory();
    const own = wasmKernels(memory);
    [...own, ...composedKernels("wasm", own), ...trainingKernels(memory)].forEach(tf.registerKernel);
    return `tfjs ${tf.version_core}, WebAssembly with SIMD, one thread`;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new UserError(`backend wasm: ${file} cannot be loaded (${cause}); run \`npm ci\` to install it again`);
  }
}

const WASM_FILE = "tfjs-backend-wasm-simd.wasm";
