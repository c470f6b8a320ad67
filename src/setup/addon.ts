import { fileURLToPath } from "node:url";
import { runTool, type Environment } from "./tool.ts";

export interface Addon {
  /** TensorFlow's. */
  readonly version: string;
  readonly device: "CPU" | "GPU";
}

const SCRIPT = fileURLToPath(new URL("try-addon.js", import.meta.url));

/**
 * Loads tfjs-node in a process of its own and multiplies two matrices.
 *
 * @throws {AddonError} with what the loader said.
 */
export async function tryAddon(folder: string, name: string, env: Environment, signal: AbortSignal): Promise<Addon> {
  const quiet = { TF_CPP_MIN_LOG_LEVEL: "2", ...env };
  const { ok, ending, stdout, stderr } = await runTool([process.execPath, SCRIPT, folder, name], {
    env: quiet,
    signal,
  });
  if (!ok) throw new AddonError(/^(?:\w*Error): (.+)$/m.exec(stderr)?.[1] ?? ending);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Addon;
}

export class AddonError extends Error {}
