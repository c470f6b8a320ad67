import { rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { AddonError, tryAddon, type Addon } from "./addon.ts";
import type { Setup } from "./setup.ts";
import { runTool } from "./tool.ts";
import { roomFor, withinSize } from "./within-size.ts";
import { UserError } from "../core/errors.ts";

const TEN_MINUTES = 600_000;

/**
 * Lets tfjs-node get what its maintainers serve: libtensorflow 2.9.1 and a compiled addon. Gives why it cannot be used
 * if so. With a GPU asked for, it must see one: that libtensorflow needs CUDA 11.2 on the machine.
 */
export async function ownDownload(setup: Setup): Promise<Addon | string> {
  const { gpu, platform, places, folder, env, signal } = setup;
  const path = [join(places.staging, "node_modules/.bin"), env["PATH"] ?? env["Path"]].filter(Boolean).join(delimiter);
  const command = [process.execPath, "scripts/install.js", gpu ? "gpu" : "cpu", "download"];
  const log = join(places.downloads, "own-download.log");
  const { ok, ending } = await withinSize({ folders: [folder], most: roomFor(gpu), signal }, (bounded) =>
    runTool(command, { env: { ...env, PATH: path }, signal: bounded, cwd: folder, log, timeout: TEN_MINUTES }),
  ).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof UserError)) throw error;
    return { ok: false, ending: error.message };
  });
  const addon = ok ? await loaded(setup) : `its own download is out of reach (${ending})`;
  if (typeof addon !== "string" && gpu && addon.device === "CPU" && platform === "linux") {
    return `its libtensorflow ${addon.version} finds no GPU`;
  }
  return addon;
}

/** Removes what a failed download has left. */
export async function clearDownload({ folder }: Setup): Promise<void> {
  for (const name of ["deps", "lib"]) await rm(join(folder, name), { recursive: true, force: true });
}

async function loaded({ places, package: name, env, signal }: Setup): Promise<Addon | string> {
  try {
    return await tryAddon(places.staging, name, env, signal);
  } catch (error) {
    if (error instanceof AddonError) return `what it has downloaded does not load (${error.message})`;
    throw error;
  }
}
