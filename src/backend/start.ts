import * as tf from "@tensorflow/tfjs";
import { UserError } from "../core/errors.ts";
import { composedKernels } from "./composed.ts";
import { startWasm } from "./wasm/start.ts";

export const BACKENDS = ["wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

const started = new Set<BackendName>();

/**
 * Makes a backend the current one of this thread and gives it what training needs.
 *
 * @throws UserError saying why it cannot start; never falls back to another.
 */
export async function startBackend(name: BackendName | "auto"): Promise<BackendName> {
  const chosen = name === "auto" ? "wasm" : name;
  if (started.has(chosen)) {
    tf.setBackend(chosen);
    return chosen;
  }
  tf.enableProdMode();
  if (chosen === "wasm") await startWasm();
  else await startCpu();
  started.add(chosen);
  return chosen;
}

async function startCpu(): Promise<void> {
  await import("@tensorflow/tfjs-backend-cpu");
  if (!(await tf.setBackend("cpu"))) throw new UserError("backend cpu: tfjs could not start it");
  composedKernels("cpu").forEach(tf.registerKernel);
}
