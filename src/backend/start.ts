// Where no backend was started, tensors are on the processor, and networks train there.
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { oneLine } from "../core/one-line.ts";
import "../core/tfjs-gradients.ts";
import { composedKernels } from "./composed.ts";
import { proveTraining } from "./proof.ts";
import { isOnGpu, startTensorflow } from "./tensorflow/start.ts";
import { startWasm } from "./wasm/start.ts";
import { hasGpu, isHardware, startWebgpu } from "./webgpu/start.ts";

composedKernels("cpu").forEach(tf.registerKernel);

/** Names of the backends, fastest first. */
export const BACKENDS = ["tensorflow", "webgpu", "wasm", "cpu"] as const;
/** Name of a backend. */
export type BackendName = (typeof BACKENDS)[number];

/**
 * Starters, each of which makes its backend the current one, adds what training needs, and returns its version and
 * device.
 */
const STARTERS: Readonly<Record<BackendName, () => Promise<string>>> = {
  tensorflow: startTensorflow,
  webgpu: startWebgpu,
  wasm: startWasm,
  cpu: startCpu,
};

const started = new Map<BackendName, Promise<string>>();
const details = new Map<string, string>();

/**
 * Makes a backend the current one of this thread and registers what training needs; `auto` takes the fastest that
 * trains. A backend that was named is never replaced by another.
 *
 * @throws {UserError} saying why it cannot start.
 *
 * @example
 * ```ts
 * import { startBackend } from "gradstream";
 *
 * console.log(await startBackend("wasm")); // wasm
 * ```
 */
export async function startBackend(name: BackendName | "auto"): Promise<BackendName> {
  if (name === "auto") return (await chooseBackend()).name;
  tf.enableProdMode();
  let starting = started.get(name);
  if (!starting) started.set(name, (starting = STARTERS[name]()));
  details.set(name, await starting);
  await tf.setBackend(name);
  return name;
}

/** Returns version and device of the backend of this thread; undefined where none was started. */
export const backendDetail = (): string | undefined => details.get(tf.getBackend());

async function startCpu(): Promise<string> {
  if (!(await tf.setBackend("cpu"))) throw new UserError("backend cpu: tfjs could not start it");
  return `tfjs ${tf.version_core}, plain JavaScript, for tiny tests`;
}

/** Result of trying a backend. */
export interface BackendReport {
  readonly name: BackendName;
  readonly available: boolean;
  /** Version and device, or why it cannot be used. */
  readonly detail: string;
}

/** Tries whether a backend starts and trains, by a tiny training step. Leaves it the current one if so. */
export async function probeBackend(name: BackendName): Promise<BackendReport> {
  try {
    await startBackend(name);
    await proveTraining();
    return { name, available: true, detail: details.get(name)! };
  } catch (error) {
    const detail = error instanceof UserError ? error.message : oneLine(error);
    return { name, available: false, detail: detail.replace(`backend ${name}: `, "") };
  }
}

export interface BackendChoice {
  readonly name: BackendName;
  /** Its version and device, and what keeps a faster one away. */
  readonly why: string;
}

/**
 * Starts the fastest backend that trains on this machine: a GPU before the processor, native code before WebAssembly.
 *
 * @throws {UserError} when not even wasm can be started.
 */
export async function chooseBackend(): Promise<BackendChoice> {
  const absent: string[] = [];
  const choose = ({ name, detail }: BackendReport): BackendChoice => ({ name, why: [detail, ...absent].join("; ") });
  const tensorflow = await probeBackend("tensorflow");
  if (tensorflow.available && isOnGpu()) return choose(tensorflow);
  if (hasGpu()) {
    const webgpu = await probeBackend("webgpu");
    if (webgpu.available && isHardware()) return choose(webgpu);
    absent.push(`no webgpu: ${webgpu.available ? "it would run on the processor" : webgpu.detail}`);
  } else absent.push("no webgpu: there is no GPU");
  if (tensorflow.available) {
    await startBackend("tensorflow");
    return choose(tensorflow);
  }
  absent.unshift(`no tensorflow: ${tensorflow.detail}`);
  const wasm = await probeBackend("wasm");
  if (!wasm.available) throw new UserError(`backend wasm: ${wasm.detail}`);
  return choose(wasm);
}
