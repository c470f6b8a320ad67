import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../../core/errors.ts";
import { composedKernels } from "../composed.ts";
import { tensorflowKernels } from "./kernels.ts";
import { loadTensorflow } from "./load.ts";
import { native } from "./ops.ts";

/**
 * Starts native TensorFlow through tfjs-node and registers the kernels that training needs. Returns version and device, and
 * whether gradstream's own kernels are there.
 *
 * @throws {UserError} when it cannot be loaded.
 */
export async function startTensorflow(): Promise<string> {
  const hasOwn = loadTensorflow();
  if (!(await tf.setBackend("tensorflow"))) throw new UserError("backend tensorflow: tfjs could not start it");
  const backend = native();
  const kernels = tensorflowKernels(backend, hasOwn && !isOnGpu());
  [...kernels, ...composedKernels("tensorflow", kernels)].forEach(tf.registerKernel);
  const device = isOnGpu() ? "GPU" : hasOwn ? "CPU, own kernels" : "CPU";
  return `TensorFlow ${backend.binding.TF_Version}, ${device}`;
}

/** Tells whether TensorFlow computes on a GPU. */
export const isOnGpu = (): boolean => native().isUsingGpuDevice;

/**
 * Divides the cores among trials that train side by side. All threads of a process share one thread pool of
 * TensorFlow's, whose size is fixed when the first of them starts it. What the user has set stays.
 */
export function shareCores(cores: number, trials: number): void {
  process.env["TF_NUM_INTRAOP_THREADS"] ??= String(Math.max(1, Math.floor(cores / trials)));
  process.env["TF_NUM_INTEROP_THREADS"] ??= "1";
}
