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
    await tf.setBackend(chosen);
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

export interface BackendReport {
  readonly name: BackendName;
  readonly available: boolean;
  /** Version and nature, or why it cannot be used. */
  readonly detail: string;
}

const NATURE: Readonly<Record<BackendName, string>> = {
  wasm: "WebAssembly with SIMD, one thread per trial; the default",
  cpu: "plain JavaScript, for tiny tests",
};

/** Whether a backend starts and trains: one gradient of a small convolution is the proof. */
export async function probeBackend(name: BackendName): Promise<BackendReport> {
  try {
    await startBackend(name);
    tf.tidy(() => {
      const [x, kernel] = [tf.ones([1, 4, 4, 1]), tf.ones([3, 3, 1, 1])];
      const f = (k: tf.Tensor) => tf.sum(tf.conv2d(x as tf.Tensor4D, k as tf.Tensor4D, 1, "same"));
      const [centre] = tf.slice(tf.reshape(tf.grad(f)(kernel), [9]), 4, 1).dataSync();
      if (centre !== 16) throw new Error(`computes wrongly: a gradient of 16 came out as ${centre}`);
    });
    return { name, available: true, detail: `tfjs ${tf.version_core}: ${NATURE[name]}` };
  } catch (error) {
    return { name, available: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
