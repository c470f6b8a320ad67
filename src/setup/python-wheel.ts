import { symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../core/errors.ts";
import { transferProgress } from "../data/transfer-progress.ts";
import { findWheels, pipWheels } from "./pip.ts";
import type { Python } from "./prerequisites.ts";
import type { Setup } from "./setup.ts";
import { requirementsOf, wheelArch } from "./wheel-format.ts";
import { Wheel } from "./wheel.ts";

const VERSION = "2.21.0";
const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;

/** What the addon includes, directly or not. */
const HEADERS = ["tensorflow/c/", "tensorflow/core/platform/ctstring", "tsl/platform/ctstring", "xla/tsl/c/"];

/** Returns the requirement that pip is asked for. On ARM the package `tensorflow` is itself the one without CUDA. */
export function tensorflowRequirement({ gpu, arch }: Pick<Setup, "gpu" | "arch">): string {
  return `${gpu || arch === "arm64" ? "tensorflow" : "tensorflow-cpu"}==${VERSION}`;
}

/**
 * Checks the platform. @throws {UserError} where TensorFlow's wheels hold no library that an addon can be linked with.
 */
export function requireWheelPlatform(setup: Setup, why: string): void {
  if (wheelArch(setup) !== undefined) return;
  throw new UserError(
    `setup tensorflow: ${why}, and the Python wheel serves Linux on x64 and arm64 only, ` +
      `not ${setup.platform} ${setup.arch}; use another backend here`,
  );
}

/** Finds the paths of the wheels to unpack, TensorFlow's first: the user's own and its neighbours, or by pip. */
export async function fetchWheels(setup: Setup, python: Python | undefined): Promise<readonly string[]> {
  const get = (requirements: readonly string[]) =>
    python === undefined ? findWheels(requirements, dirname(setup.wheel!)) : pipWheels(requirements, python, setup);
  const tensorflow = setup.wheel ?? (await get([tensorflowRequirement(setup)]))[0]!;
  const wheel = await Wheel.open(tensorflow, setup);
  try {
    requireLibraries(wheel);
    const cuda = setup.gpu ? requirementsOf(await wheel.info("METADATA"), "and-cuda") : [];
    return [tensorflow, ...(await get(cuda))];
  } finally {
    wheel.close();
  }
}

function requireLibraries(wheel: Wheel): void {
  const missing = LIBRARIES.map((name) => `tensorflow/${name}`).filter((name) => !wheel.has(name));
  if (missing.length === 0) return;
  throw new UserError(
    `setup tensorflow: ${wheel.path} holds no ${missing.join(" and no ")}; take the wheel of tensorflow-cpu ${VERSION}`,
  );
}

/** Takes libraries and headers out of the wheels, to where the compiler and the addon look for them. */
export async function unpackWheels(paths: readonly string[], setup: Setup): Promise<void> {
  const { folder, stderr, signal } = setup;
  const progress = transferProgress(stderr);
  for (const path of paths) {
    if (paths.length > 1) stderr.write(`${basename(path)}\n`);
    const wheel = await Wheel.open(path, setup);
    try {
      await wheel.unpack((name) => destinationOf(name, join(folder, "deps")), {
        signal,
        onProgress: (done, total) => progress.update(done, total),
      });
    } finally {
      progress.end();
      wheel.close();
    }
  }
  const lib = join(folder, "deps/lib");
  await symlink(LIBRARIES[0], join(lib, "libtensorflow.so"));
  await symlink(LIBRARIES[1], join(lib, "libtensorflow_framework.so"));
}

/** Returns where a file goes: TensorFlow's run path leads from its own folder to `../nvidia/<library>/lib`. */
export function destinationOf(name: string, deps: string): string | undefined {
  const library = LIBRARIES.find((library) => name === `tensorflow/${library}`);
  if (library) return join(deps, "lib", library);
  if (/^nvidia\/[^/]+\/lib\/[^/]+\.so(\.|$)/.test(name)) return join(deps, name);
  const header = /^tensorflow\/include\/(.+)$/.exec(name)?.[1];
  return header !== undefined && HEADERS.some((start) => header.startsWith(start))
    ? join(deps, "include", header)
    : undefined;
}
