import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../../core/errors.ts";
import { composedKernels } from "../composed.ts";
import { kernelModule } from "./kernel-module.ts";
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
    if (!(await withoutItsListeners(() => tf.setBackend("wasm")))) throw new Error("tfjs refused it");
    const memory = new WasmMemory();
    const own = wasmKernels(memory);
    [...own, ...composedKernels("wasm", own), ...trainingKernels(memory)].forEach(tf.registerKernel);
    return `tfjs ${tf.version_core}, WebAssembly with ${kernelModule().simd}, one thread`;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new UserError(`backend wasm: ${file} cannot be loaded (${cause}); run \`npm ci\` to install it again`);
  }
}

const WASM_FILE = "tfjs-backend-wasm-simd.wasm";

/** What nothing caught is for whoever owns the process: tfjs's file throws it again, which ends Node there and then. */
async function withoutItsListeners<T>(starts: () => Promise<T>): Promise<T> {
  const before = new Map(UNCAUGHT.map((name) => [name, process.rawListeners(name)]));
  try {
    return await starts();
  } finally {
    for (const [name, others] of before) {
      const added = process.rawListeners(name).filter((listener) => !others.includes(listener));
      for (const listener of added) if (RETHROWS.test(String(listener))) process.off(name, listener as () => void);
    }
  }
}

const UNCAUGHT = ["uncaughtException", "unhandledRejection"] as const;
/** All that a listener of Emscripten's does. */
const RETHROWS = /^function ?\((ex|reason)\) ?\{[^}]*\bthrow \1;?[\s}]*$/;
