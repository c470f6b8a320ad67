import { readdirSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import { deviceFailed } from "../../core/read.ts";
import { composedKernels } from "../composed.ts";
import { MEMORY_ADVICE } from "../out-of-memory.ts";
import { webgpuKernels } from "./kernels.ts";

interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

interface Device {
  onuncapturederror: ((event: { readonly error: Error; preventDefault(): void }) => void) | null;
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
}

/**
 * Programs that are handed to the GPU together. What is disposed of meanwhile is let go with them: more would hold more of a
 * step's intermediates in memory at a time.
 */
const PROGRAMS_PER_SUBMISSION = 128;

let info: AdapterInfo | undefined;

/**
 * Starts tfjs's WebGPU backend on Dawn (the npm package `webgpu`). Returns version and device.
 *
 * @throws {UserError} when there is no GPU, or tfjs cannot start on it.
 */
export async function startWebgpu(): Promise<string> {
  const { create, globals } = await optional("webgpu", () => import("webgpu"));
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new UserError("backend webgpu: Dawn finds no GPU (on Linux it needs libvulkan1 and a driver)");
  info = adapter.info;
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  await optional("@tensorflow/tfjs-backend-webgpu", () => import("@tensorflow/tfjs-backend-webgpu"));
  tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", PROGRAMS_PER_SUBMISSION);
  if (!(await tf.setBackend("webgpu"))) throw new UserError("backend webgpu: tfjs could not start it on this GPU");
  watch((tf.backend() as unknown as { device: Device }).device);
  const own = webgpuKernels();
  [...own, ...composedKernels("webgpu", own)].forEach(tf.registerKernel);
  return `tfjs ${tf.version_core}, ${describe(info)}`;
}

/**
 * Watches a device, which on failure gives zeros and no exception: its message becomes the error of the next reading.
 */
function watch(device: Device): void {
  device.onuncapturederror = (event) => {
    event.preventDefault();
    const { error } = event;
    const memory = error.constructor.name === "GPUOutOfMemoryError";
    deviceFailed(new UserError(`backend webgpu: ${memory ? OUT_OF_MEMORY : firstLine(error.message)}`));
  };
  void device.lost.then(({ reason, message }) => {
    if (reason !== "destroyed") deviceFailed(new UserError(`backend webgpu: the GPU was lost (${firstLine(message)})`));
  });
}

const OUT_OF_MEMORY = `the GPU has no memory left; ${MEMORY_ADVICE}`;

const firstLine = (text: string): string => text.split("\n", 1)[0]!;

/** Returns whether the GPU is one; SwiftShader and llvmpipe compute on the processor. */
export const isHardware = (): boolean =>
  info !== undefined && !info.isFallbackAdapter && !/swiftshader|llvmpipe|lavapipe/i.test(describe(info));

/** Returns whether there is any sign of a GPU: asking Dawn without one makes it print warnings. */
export const hasGpu = (): boolean =>
  process.platform !== "linux" || readdirSync("/dev").some((name) => /^(dri|nvidia\d+|kfd|dxg)$/.test(name));

const describe = ({ vendor, architecture, device, description }: AdapterInfo): string =>
  description || [vendor, architecture, device].filter(Boolean).join(" ");

async function optional<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new UserError(
      `backend webgpu: the optional package ${name} cannot be loaded (${oneLine(error)}); npm install ${name}`,
    );
  }
}
