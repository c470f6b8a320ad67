import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../core/errors.ts";

/** Bytes of one record: the label, then 32 × 32 red, green and blue, each row by row. */
export const CIFAR10_RECORD = 3073;
export const CIFAR10_FOLDER = "cifar-10-batches-bin";

const HOW_TO_GET = "get it with `npx gradstream data cifar10`, or set CIFAR10_DIR to its folder";
const fetchAgain = (set: string) => `delete it and run \`npx gradstream data ${set}\``;

/** A file of records. */
export interface Cifar10File {
  readonly name: string;
  readonly path: string;
  readonly records: number;
}

/** Files of CIFAR-10's binary version. */
export interface Cifar10Files {
  /** Folder that holds the files: the given one, or its child `cifar-10-batches-bin`. */
  readonly dir: string;
  /** `data_batch_1.bin` to `data_batch_5.bin`, those that exist, in order. */
  readonly train: readonly Cifar10File[];
  readonly test: Cifar10File;
}

/**
 * Finds and measures the files of CIFAR-10's binary version.
 *
 * @throws {UserError} when one is missing, empty or truncated.
 */
export function cifar10Files(dir: string): Cifar10Files {
  const home = namesIn(join(dir, CIFAR10_FOLDER)) ? join(dir, CIFAR10_FOLDER) : dir;
  const names = namesIn(home);
  if (!names) throw new UserError(`cifar10: no folder ${home}; ${HOW_TO_GET}`);
  const trainNames = names.filter((name) => /^data_batch_[1-5]\.bin$/.test(name)).sort();
  if (trainNames.length === 0) throw new UserError(`cifar10: no data_batch_1.bin in ${home}; ${HOW_TO_GET}`);
  if (!names.includes("test_batch.bin")) throw new UserError(`cifar10: no test_batch.bin in ${home}; ${HOW_TO_GET}`);
  return { dir: home, train: trainNames.map((name) => measure(home, name)), test: measure(home, "test_batch.bin") };
}

/**
 * Returns the folder of CIFAR-10: `CIFAR10_DIR` if set, else `data/cifar-10-batches-bin` below `cwd`; undefined if
 * there is neither.
 *
 * @throws {UserError} when `CIFAR10_DIR` has no CIFAR-10.
 */
export function findCifar10(env: Environment, cwd: string): string | undefined {
  return findFolder({ variable: "CIFAR10_DIR", folder: CIFAR10_FOLDER, check: cifar10Files }, env, cwd);
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a data set lies, and what checks that it is there. */
interface FolderSought {
  /** Environment variable that names it. */
  readonly variable: string;
  /** Its name below `data`. */
  readonly folder: string;
  /** Returns where its files are. @throws {UserError} when they are not there. */
  readonly check: (dir: string) => { readonly dir: string };
}

/**
 * Returns the folder of a data set: what its variable names if set, else its folder in `data` below `cwd`; undefined if
 * there is neither.
 *
 * @throws {UserError} when what the variable names is no such data set.
 */
export function findFolder({ variable, folder, check }: FolderSought, env: Environment, cwd: string): string | undefined {
  const named = env[variable];
  if (named) {
    try {
      return check(resolve(cwd, named)).dir;
    } catch (error) {
      throw error instanceof UserError ? new UserError(`${variable}=${named}: ${error.message}`) : error;
    }
  }
  const usual = join(cwd, "data", folder);
  return namesIn(usual) ? usual : undefined;
}

function measure(dir: string, name: string): Cifar10File {
  const path = join(dir, name);
  return { name, path, records: countRecords(path, "cifar10", CIFAR10_RECORD, 10000) };
}

/**
 * Returns the number of records in a file.
 *
 * @throws {UserError} naming the file when it is missing, empty or truncated.
 */
export function countRecords(path: string, set: string, record: number, official: number): number {
  const { size, isFile } = measured(path, set);
  if (!isFile) throw new UserError(`${set}: ${path} is not a file; ${fetchAgain(set)}`);
  if (size === 0) throw new UserError(`${set}: ${path} is empty; ${fetchAgain(set)}`);
  if (size % record === 0) return size / record;
  throw new UserError(
    `${set}: ${path} has ${size} bytes, expected a multiple of ${record} ` +
      `(${official * record} for the official ${official} records); ${fetchAgain(set)}`,
  );
}

function measured(path: string, set: string): { readonly size: number; readonly isFile: boolean } {
  try {
    const found = statSync(path);
    accessSync(path, constants.R_OK);
    return { size: found.size, isFile: found.isFile() };
  } catch (error) {
    throw cannotRead(path, error, set);
  }
}

/** Makes the error for a file that exists and cannot be read. */
export function cannotRead(path: string, error: unknown, set: string): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === "ENOENT" ? "leads nowhere: it is a link to what is not there" : `cannot be read (${code ?? message})`;
  return new UserError(`${set}: ${path} ${why}; ${fetchAgain(set)}`);
}

/**
 * Returns the names in a folder; undefined where there is none.
 *
 * @throws {UserError} when it cannot be read.
 */
export function namesIn(dir: string, set = "cifar10"): string[] | undefined {
  try {
    return readdirSync(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new UserError(`${set}: cannot read ${dir} (${code})`);
  }
}
