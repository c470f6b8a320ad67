import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import type { Python } from "./prerequisites.ts";
import type { Setup } from "./setup.ts";
import { runTool } from "./tool.ts";
import { roomFor, withinSize } from "./within-size.ts";
import { parseWheelName, projectOf, wheelArch } from "./wheel-format.ts";

/** Every glibc since 2.5 up to the one that Node itself asks for. */
const GLIBC = Array.from({ length: 24 }, (_, i) => `manylinux_2_${28 - i}`);
const PLATFORMS = [...GLIBC, "manylinux2014", "manylinux2010", "manylinux1"];

const FLAGS = ["--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"];

/**
 * Gets the paths of the wheels for these requirements, in their order: those that an earlier setup has left, the others
 * by pip from the index it is configured for. pip checks the index's hashes.
 *
 * @throws {UserError} when pip fails, or leaves a wheel out.
 */
export async function pipWheels(requirements: readonly string[], python: Python, setup: Setup): Promise<string[]> {
  const { places, env, signal } = setup;
  const missing = await withoutWheel(requirements, places.downloads);
  if (missing.length > 0) {
    const incoming = join(places.downloads, "incoming");
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming, { recursive: true });
    const command = [python.program, "-m", "pip", "download", ...FLAGS, ...targets(python, setup), "--dest", incoming];
    const limits = { folders: [incoming], most: roomFor(setup.gpu), signal };
    const { ok } = await withinSize(limits, (bounded) =>
      runTool([...command, ...missing], { env: { ...env, TMPDIR: incoming }, signal: bounded, show: true }),
    );
    if (!ok) {
      throw new UserError(
        `setup tensorflow: pip could not download ${missing.join(" ")} (its messages are above); ` +
          "is its package index reachable? A wheel from elsewhere goes in with --wheel <file>",
      );
    }
    for (const name of await wheelsIn(incoming)) await rename(join(incoming, name), join(places.downloads, name));
  }
  return findWheels(requirements, places.downloads);
}

function targets(python: Python, setup: Setup): string[] {
  const platforms = PLATFORMS.flatMap((name) => ["--platform", `${name}_${wheelArch(setup)!}`]);
  return ["--python-version", python.version, "--implementation", "cp", ...platforms];
}

/** Finds a wheel for each requirement. @throws {UserError} that names the requirements without one in the folder. */
export async function findWheels(requirements: readonly string[], folder: string): Promise<string[]> {
  const missing = await withoutWheel(requirements, folder);
  if (missing.length > 0) {
    throw new UserError(`setup tensorflow: no wheel in ${folder} for ${missing.join(", ")}; put them there`);
  }
  const names = await wheelsIn(folder);
  return requirements.map((requirement) =>
    join(
      folder,
      names.find((name) => isFor(requirement, name))!,
    ),
  );
}

async function withoutWheel(requirements: readonly string[], folder: string): Promise<string[]> {
  const names = await wheelsIn(folder);
  return requirements.filter((requirement) => !names.some((name) => isFor(requirement, name)));
}

async function wheelsIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith(".whl")) : [];
}

function isFor(requirement: string, name: string): boolean {
  const { project, version } = parseWheelName(name);
  const exact = /==(.+)$/.exec(requirement)?.[1];
  return projectOf(project) === projectOf(requirement) && (exact ?? version) === version;
}
