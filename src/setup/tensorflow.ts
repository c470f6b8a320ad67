import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { kernelsFile, SETUP, TENSORFLOW_MANIFEST } from "../backend/tensorflow/load.ts";
import { UserError } from "../core/errors.ts";
import { AddonError, tryAddon, type Addon } from "./addon.ts";
import { compileAddon, compileOwn } from "./compile.ts";
import { clearDownload, ownDownload } from "./own-download.ts";
import { installPackages, TFJS_NODE_VERSION } from "./packages.ts";
import { bytesBelow, placesIn, recover, takeOver, withStaging } from "./places.ts";
import { findCompiler, requireBasics, requireWheelTools } from "./prerequisites.ts";
import { fetchWheels, requireWheelPlatform, tensorflowRequirement, unpackWheels } from "./python-wheel.ts";
import type { Setup, SetupOptions, SetupEnvironment } from "./setup.ts";
import { BrokenWheel } from "./wheel.ts";

/** The file that tells the loader that the folder is complete. */
interface BuildManifest extends Origin {
  /** TensorFlow's version. */
  readonly tensorflow: string;
  /** npm package with version. */
  readonly package: string;
  readonly gpu: boolean;
  readonly node: string;
  readonly builtAt: string;
}

interface Origin {
  readonly way: "download" | "wheel";
  /** File name. */
  readonly wheel?: string;
}

type Announce = (step: "install" | "download" | "fetch" | "unpack" | "compile" | "check", what: string) => void;

/**
 * Brings native TensorFlow to `<root>/.tensorflow`: by tfjs-node's own download, or else by the libraries in TensorFlow's
 * Python wheel and an addon compiled here. The folder is exchanged at the very end; until then the old one stays.
 *
 * @throws {UserError} that says what is missing. After an abort, the signal's reason.
 */
export async function setupTensorflow(options: SetupOptions, environment: SetupEnvironment): Promise<void> {
  const { root, env, stdout, stderr, signal } = environment;
  const startedAt = performance.now();
  const places = placesIn(root);
  const name = options.gpu ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
  const folder = join(places.staging, "node_modules", name);
  const setup: Setup = { ...environment, ...options, places, package: name, folder };
  try {
    recover(places);
    const ready = await whatIsReady(setup);
    if (ready) {
      await renewKernels(setup);
      return void stdout.write(`${described(ready)} is ready already; --force builds it again\n`);
    }
    await requireBasics(root, options.gpu, env);
    if (options.wheel !== undefined) await requireOwnWheel(setup, options.wheel);
    await withStaging(places, async () => {
      const addon = await build(setup, announcer(setup));
      signal.throwIfAborted();
      const gigabytes = ((await bytesBelow(places.staging)) / 1e9).toFixed(1);
      await takeOver(places);
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      stdout.write(`${described(addon)} is ready: ${gigabytes} GB in ${places.home}, set up in ${seconds} s\n`);
      if (options.gpu && addon.device === "CPU")
        stderr.write("no GPU is seen here: until one is, it runs on the CPU\n");
    });
  } catch (error) {
    throw await explained(error, setup);
  }
}

async function whatIsReady({ force, gpu, package: name, places, env, signal }: Setup): Promise<Addon | undefined> {
  const path = join(places.home, TENSORFLOW_MANIFEST);
  if (force || !existsSync(path)) return undefined;
  try {
    const manifest = JSON.parse(readFileSync(path, "utf8")) as Partial<BuildManifest>;
    if (manifest.gpu !== gpu || manifest.package !== `${name}@${TFJS_NODE_VERSION}`) return undefined;
    return await tryAddon(places.home, name, env, signal);
  } catch (error) {
    if (error instanceof AddonError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Compiles the kernels of a folder that an older gradstream has built. */
async function renewKernels(setup: Setup): Promise<void> {
  const folder = join(setup.places.home, "node_modules", setup.package);
  if (existsSync(join(folder, kernelsFile()))) return;
  const { home, downloads } = setup.places;
  const isNew = !existsSync(downloads);
  const done = await compileOwnOrSay({ ...setup, folder, places: { ...setup.places, staging: home } });
  if (done && isNew) await rm(downloads, { recursive: true });
}

/** Compiles gradstream's own modules where there is a compiler, and says so where it cannot: training goes on without. */
async function compileOwnOrSay(setup: Setup): Promise<boolean> {
  const compiler = findCompiler(setup.env);
  try {
    if (compiler === undefined) throw new UserError("there is no C++ compiler: install g++ or clang++, or set CXX");
    await mkdir(setup.places.downloads, { recursive: true });
    await compileOwn(setup, compiler);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const reason = error.message.replace(/^setup tensorflow: /, "");
    setup.stderr.write(`without kernels of its own, which draw noise several times faster: ${reason}\n`);
    return false;
  }
}

async function requireOwnWheel(setup: Setup, wheel: string): Promise<void> {
  if (!existsSync(wheel)) throw new UserError(`setup tensorflow: --wheel: no file ${wheel}`);
  requireWheelPlatform(setup, "--wheel is given");
  await requireWheelTools(setup.env, setup.signal, false);
}

function announcer({ wheel, stderr }: Setup): Announce {
  const own = ["install", "unpack", "compile", "check"];
  const steps = wheel === undefined ? ["install", "download", "fetch", "unpack", "compile", "check"] : own;
  return (step, what) => void stderr.write(`[${steps.indexOf(step) + 1}/${steps.length}] ${what}\n`);
}

async function build(setup: Setup, announce: Announce): Promise<Addon> {
  announce("install", `installing ${setup.package}@${TFJS_NODE_VERSION} with npm`);
  await installPackages(setup);
  const origin = (await byDownload(setup, announce)) ?? (await byWheel(setup, announce));
  announce("check", "loading the addon and multiplying matrices");
  const addon = await checked(setup);
  const manifest: BuildManifest = {
    tensorflow: addon.version,
    package: `${setup.package}@${TFJS_NODE_VERSION}`,
    gpu: setup.gpu,
    node: process.version,
    builtAt: new Date().toISOString(),
    ...origin,
  };
  await writeFile(join(setup.places.staging, TENSORFLOW_MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return addon;
}

async function byDownload(setup: Setup, announce: Announce): Promise<Origin | undefined> {
  if (setup.wheel !== undefined) return undefined;
  announce("download", "letting tfjs-node download libtensorflow (10 minutes at most)");
  const result = await ownDownload(setup);
  if (typeof result !== "string") {
    await compileOwnOrSay(setup);
    return { way: "download" };
  }
  requireWheelPlatform(setup, result);
  setup.stderr.write(`${result}; taking the Python wheel instead\n`);
  await clearDownload(setup);
  return undefined;
}

async function byWheel(setup: Setup, announce: Announce): Promise<Origin> {
  const { compiler, python } = await requireWheelTools(setup.env, setup.signal, setup.wheel === undefined);
  if (python !== undefined) announce("fetch", `getting ${tensorflowRequirement(setup)} with pip, for its C library`);
  const wheels = await fetchWheels(setup, python);
  announce("unpack", `unpacking ${wheels.map((path) => basename(path)).join(", ")}`);
  await unpackWheels(wheels, setup);
  announce("compile", `compiling tfjs-node's addon with ${compiler.join(" ")}`);
  await compileAddon(setup, compiler);
  await compileOwn(setup, compiler);
  return { way: "wheel", wheel: basename(wheels[0]!) };
}

async function checked({ places, package: name, env, signal }: Setup): Promise<Addon> {
  try {
    return await tryAddon(places.staging, name, env, signal);
  } catch (error) {
    if (!(error instanceof AddonError)) throw error;
    throw new UserError(`setup tensorflow: the addon does not load: ${error.message}`);
  }
}

function described({ version, device }: Addon): string {
  return `TensorFlow ${version} (${device})`;
}

async function explained(error: unknown, { places, root, wheel }: Setup): Promise<unknown> {
  if (error instanceof BrokenWheel) {
    const ours = error.path.startsWith(places.downloads);
    if (ours) await rm(error.path, { force: true });
    const remedy = ours ? "it was removed, so running again downloads it again" : "get it again and run again";
    return new UserError(`setup tensorflow: ${error.message}; ${remedy}`);
  }
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new UserError(`setup tensorflow: disk full at ${root}; free some space and run \`${SETUP}\` again`);
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new UserError(
      `setup tensorflow: cannot read or write in ${wheel ?? root} (${code}); change its permissions`,
    );
  }
  return error;
}
