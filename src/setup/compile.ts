import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KERNELS_SOURCE, kernelsFile, MUTE } from "../backend/tensorflow/load.ts";
import { UserError } from "../core/errors.ts";
import type { Setup } from "./setup.ts";
import { runTool } from "./tool.ts";

const MUTE_SOURCE = fileURLToPath(new URL("../backend/tensorflow/mute.cc", import.meta.url));
const MODULE = ["-O2", "-std=c++17", "-fPIC", "-shared", "-DNAPI_VERSION=8"];
const SOURCES = ["binding/tfjs_backend.cc", "binding/tfjs_binding.cc", "-o", "lib/napi-v8/tfjs_binding.node"];
/** The numbers of kernels.cc are those of every processor, vectorized or not. */
const KERNELS = ["-O3", "-pthread", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"];
const LIBRARIES = ["-ltensorflow", "-ltensorflow_framework", "-Wl,-rpath,$ORIGIN/../../deps/lib"];
const ADDON = [...SOURCES, "-Ideps/include", "-Ldeps/lib", ...LIBRARIES];

/** Compiles tfjs-node's addon against `deps`. */
export async function compileAddon(setup: Setup, compiler: readonly string[]): Promise<void> {
  await mkdir(join(setup.folder, "lib/napi-v8"), { recursive: true });
  await compile(setup, compiler, ADDON);
}

/** Compiles the module that keeps TensorFlow's greetings from the terminal, and that of the kernels it lacks. */
export async function compileOwn(setup: Setup, compiler: readonly string[]): Promise<void> {
  await mkdir(join(setup.folder, "lib"), { recursive: true });
  await compile(setup, compiler, [MUTE_SOURCE, "-o", MUTE]);
  const link = ["-Ldeps/lib", "-ltensorflow_framework", "-Wl,-rpath,$ORIGIN/../deps/lib"];
  await compile(setup, compiler, [...KERNELS, fileURLToPath(KERNELS_SOURCE), "-o", kernelsFile(), ...link]);
}

async function compile(setup: Setup, compiler: readonly string[], flags: readonly string[]): Promise<void> {
  const { places, folder, env, signal } = setup;
  const log = join(places.downloads, "compile.log");
  const headers = `-I${join(places.staging, "node_modules/node-api-headers/include")}`;
  const command = [...compiler, ...MODULE, headers, ...flags];
  const { ok, ending, stderr, stdout } = await runTool(command, { env, signal, cwd: folder, log });
  if (ok) return;
  const reason = firstError(stderr + stdout) ?? ending;
  throw new UserError(`setup tensorflow: ${compiler[0]!} failed: ${reason}; all that it said is in ${log}`);
}

/** Finds the first line of a compiler's or linker's output that says what is wrong. */
export function firstError(output: string): string | undefined {
  return output
    .split("\n")
    .find((line) => /\berror\b|undefined reference|cannot find|not found/i.test(line))
    ?.trim();
}
