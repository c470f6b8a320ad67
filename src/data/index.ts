import { resolve } from "node:path";
import { UserError } from "../core/errors.ts";
import type { DataSet } from "../core/types.ts";
import { findCifar10, findFolder } from "./cifar10-files.ts";
import { loadCifar10, type Cifar10Options } from "./cifar10.ts";
import { CIFAR100_FOLDER, cifar100Files, loadCifar100 } from "./cifar100.ts";
import { spelt } from "./data-choice.ts";
import { loadData } from "./load-data.ts";
import { loadMnistSet, MNIST_SETS, mnistFiles, type MnistName } from "./mnist.ts";
import { shapes10 } from "./shapes10.ts";

export { batches, type BatchesOptions } from "./batches.ts";
export { findCifar10 } from "./cifar10-files.ts";
export { loadCifar10, type Cifar10Options } from "./cifar10.ts";
export { loadCifar100, type Cifar100Options } from "./cifar100.ts";
export { fromArrays, type ArraysOptions } from "./from-arrays.ts";
export { fromIterable, type IterableOptions, type StreamedExample } from "./from-iterable.ts";
export { loadData, type LoadDataOptions } from "./load-data.ts";
export { loadFashionMnist, loadMnist } from "./mnist.ts";
export { examplesToFloat } from "./pixels.ts";
export { shapes10, type Shapes10Options } from "./shapes10.ts";

export const DATA_SETS = ["auto", "cifar10", "cifar100", "mnist", "fashion-mnist", "shapes10"] as const;
/** A file of one's own, by its ending or its folder, with what of it is what. */
type OwnFile = `${string}.${string}` | `${string}/${string}` | `${string}\\${string}` | `${string},${string}=${string}`;
/** Name of a data set, or a file of one's own with what of it is what. */
export type DataSetName = (typeof DATA_SETS)[number] | OwnFile;

/** Result of `openDataSet`. */
interface Opened {
  readonly data: DataSet;
  /** One line for the user, where the choice needs explaining. Default: none. */
  readonly note?: string;
}

/** Places where `openDataSet` looks: environment variables and the working folder. */
export interface DataLocation {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working folder. */
  readonly cwd: string;
}

/**
 * Opens a data set by name, or a file of one's own as `loadData` does; `auto` is CIFAR-10 where it is found whole, else the
 * generated shapes10, with a note that says why. What `CIFAR10_DIR` names must exist. Limits keep the first examples only; of
 * shapes10 they also save the time of drawing (12,000 examples take 2 s). Files of one's own are read whole.
 *
 * @throws {UserError} for an unknown name, and for data that is missing or damaged.
 *
 * @example
 * ```ts
 * import { openDataSet } from "gradstream";
 *
 * const { data } = await openDataSet("shapes10", { env: process.env, cwd: "." }, { limitTrain: 20, limitTest: 10 });
 * console.log(data.name, data.train.count, data.classes.length); // shapes10 20 10
 * ```
 */
export async function openDataSet(
  name: DataSetName,
  location: DataLocation,
  limits: Cifar10Options = {},
): Promise<Opened> {
  if (isOwnFile(name)) return { data: await openFile(name, location.cwd) };
  switch (name) {
    case "auto":
    case "cifar10":
      return openCifar10(name, location, limits);
    case "shapes10":
      return { data: generated(limits) };
    case "cifar100":
      return { data: await loadCifar100(folderOf(name, location), limits) };
    case "mnist":
    case "fashion-mnist":
      return { data: await loadMnistSet(name, folderOf(name, location), limits) };
  }
  throw new UserError(`data: no data set "${name as string}"; there are ${DATA_SETS.join(", ")}, and files such as own.csv`);
}

/** Tells whether a name is that of a file. */
export const isOwnFile = (name: string): name is OwnFile => /[./\\]/.test(name) || spelt(name).path !== name;

async function openFile(text: string, cwd: string): Promise<DataSet> {
  const { path, test, ...choice } = spelt(text);
  const held = typeof test === "string" ? resolve(cwd, test) : test;
  return loadData(resolve(cwd, path), { ...choice, ...(held !== undefined && { test: held }) });
}

async function openCifar10(name: "auto" | "cifar10", { env, cwd }: DataLocation, limits: Cifar10Options): Promise<Opened> {
  const instead = (why: string) => ({
    data: generated(limits),
    note: `${why}; training on the generated shapes10 instead`,
  });
  try {
    const dir = findCifar10(env, cwd);
    if (dir !== undefined) return { data: await loadCifar10(dir, limits) };
  } catch (error) {
    if (name === "cifar10" || env["CIFAR10_DIR"] || !(error instanceof UserError)) throw error;
    return instead(error.message);
  }
  const missing = "cifar10: not found; get it with `npx gradstream data cifar10`, or set CIFAR10_DIR to its folder";
  if (name === "auto") return instead(missing);
  throw new UserError(missing);
}

/** Returns the folder of a data set that must be there. */
function folderOf(set: FolderSet, location: DataLocation): string {
  const dir = findDataFolder(set, location);
  if (dir !== undefined) return dir;
  const { variable } = FOLDERS[set];
  throw new UserError(`${set}: not found; get it with \`npx gradstream data ${set}\`, or set ${variable} to its folder`);
}

/** Data sets in folders, besides CIFAR-10. */
type FolderSet = "cifar100" | MnistName;

const mnistFolder = (set: MnistName) => {
  const { variable } = MNIST_SETS[set];
  return { variable, folder: set, check: (dir: string) => mnistFiles(dir, set) };
};

const FOLDERS = {
  cifar100: { variable: "CIFAR100_DIR", folder: CIFAR100_FOLDER, check: cifar100Files },
  mnist: mnistFolder("mnist"),
  "fashion-mnist": mnistFolder("fashion-mnist"),
} as const;

/**
 * Returns the folder of a data set: what its variable names if set, else its folder in `data`; undefined if there is neither.
 *
 * @throws {UserError} when what the variable names is no such data set.
 */
export const findDataFolder = (set: FolderSet, { env, cwd }: DataLocation): string | undefined =>
  findFolder(FOLDERS[set], env, cwd);

const generated = (limits: Cifar10Options): DataSet =>
  shapes10({ train: least(10_000, limits.limitTrain), test: least(2_000, limits.limitTest) });

const least = (count: number, limit = Infinity) => Math.min(count, limit);
