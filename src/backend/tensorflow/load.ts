import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import util from "node:util";
import { isMainThread } from "node:worker_threads";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";

/** Folder of native TensorFlow inside this package, where `npm run setup:tensorflow` puts it. */
export const TENSORFLOW_FOLDER = fileURLToPath(new URL("../../../.tensorflow/", import.meta.url));

/** File that the setup writes last; without it the folder is unfinished. */
export const TENSORFLOW_MANIFEST = "gradstream.json";

const PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

/** File that the setup compiles mute.cc to, in the folder of tfjs-node. */
export const MUTE = "lib/mute.node";

/** Source of the kernels that TensorFlow lacks. */
export const KERNELS_SOURCE = new URL("kernels.cc", import.meta.url);

/** Returns the file that the setup compiles kernels.cc to, in the folder of tfjs-node: another for each source. */
export function kernelsFile(): string {
  const hash = createHash("sha256").update(readFileSync(KERNELS_SOURCE)).digest("hex");
  return `lib/kernels-${hash.slice(0, 12)}.node`;
}

/** The command that brings native TensorFlow: npm's in a clone, the package's own where it is installed. */
export const SETUP = import.meta.url.endsWith(".ts") ? "npm run setup:tensorflow" : "npx gradstream setup tensorflow";

/**
 * Loads tfjs-node, which registers the backend `tensorflow` in the one tfjs-core of this thread: what the setup built,
 * or else the package that npm installed. Tells whether TensorFlow knows the kernels of kernels.cc now.
 *
 * @throws {UserError} with the reason of each that failed.
 */
export function loadTensorflow(): boolean {
  replaceOldFunctions();
  configure();
  const failures: string[] = [];
  for (const { require, name } of candidates()) {
    try {
      const folder = folderOf({ require, name });
      quietly(folder, () => void require(name));
      return addKernels(require, join(folder, kernelsFile()));
    } catch (error) {
      failures.push(`${name}: ${reason(error)}`);
    }
  }
  const why = failures.length > 0 ? failures.join("; ") : "@tensorflow/tfjs-node-gpu is not installed";
  throw new UserError(`backend tensorflow: ${why}; run \`${SETUP}\``);
}

interface Candidate {
  readonly require: NodeJS.Require;
  readonly name: string;
}

const folderOf = ({ require, name }: Candidate): string => dirname(require.resolve(`${name}/package.json`));

/**
 * Returns where tfjs-node may be: first what the setup built, whose folder alone is searched, then what npm installed.
 */
function candidates(): Candidate[] {
  const own = createRequire(`${TENSORFLOW_FOLDER}x.js`);
  const isBuilt = (name: string) =>
    existsSync(join(TENSORFLOW_FOLDER, TENSORFLOW_MANIFEST)) &&
    existsSync(join(TENSORFLOW_FOLDER, "node_modules", name));
  const npm = createRequire(import.meta.url);
  return [
    ...PACKAGES.filter(isBuilt).map((name) => ({ require: own, name })),
    ...PACKAGES.filter((name) => isInstalled(npm, name)).map((name) => ({ require: npm, name })),
  ];
}

/** Returns the file of kernels.cc that TensorFlow's backend loads; undefined where it was not compiled. */
export function compiledKernels(): string | undefined {
  const [first] = candidates();
  if (first === undefined) return undefined;
  const file = kernelsFile();
  return existsSync(join(folderOf(first), file)) ? file : undefined;
}

function isInstalled(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Replaces the functions of `util` that tfjs-node calls, of which Node 22 warns, and which Node 23 removed in part. */
function replaceOldFunctions(): void {
  const old = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  const target = util as unknown as Record<string, unknown>;
  for (const [name, f] of Object.entries(old)) target[name] = f;
}

/** Sets the environment variables that TensorFlow reads when its addon is loaded; those of the user stay. */
function configure(): void {
  // Greetings go to stderr past Node.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  // On by itself only on some processors, and much faster on all.
  process.env["TF_ENABLE_ONEDNN_OPTS"] ??= "1";
  // Several trials share one GPU.
  process.env["TF_FORCE_GPU_ALLOW_GROWTH"] ??= "true";
}

/** Calls `load` without TensorFlow's greetings on stderr, which it prints once per process (mute.cc). */
function quietly(folder: string, load: () => void): void {
  const module = join(folder, MUTE);
  if (!isMainThread || !existsSync(module)) return load();
  const { mute, unmute } = createRequire(module)(module) as Readonly<Record<"mute" | "unmute", () => void>>;
  mute();
  try {
    load();
  } finally {
    unmute();
  }
}

/** Registers the kernels of kernels.cc; false where they were not compiled, or for another TensorFlow. */
function addKernels(require: NodeJS.Require, module: string): boolean {
  if (!existsSync(module)) return false;
  try {
    require(module);
    return true;
  } catch {
    return false;
  }
}

function reason(error: unknown): string {
  const text = oneLine(error);
  if (/native addon module .* can not be found/s.test(text)) return "its native addon is missing";
  return text;
}
