import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { UserError } from "../core/errors.ts";
import { anything, checkOptions, text } from "../core/options.ts";
import type { DataSet, RawExamples } from "../core/types.ts";
import { spelling, spelt, type DataChoice } from "./data-choice.ts";
import { parseIdx } from "./idx.ts";
import { labelled, type Named } from "./labelled.ts";
import { isNpy, parseNpy } from "./npy.ts";
import { npzExamples } from "./npz.ts";
import { HELD_OUT, hashed, ownDataSet } from "./own-data-set.ts";
import { readTable } from "./read-table.ts";

/** Options of `loadData`. */
export type LoadDataOptions = DataChoice;

/**
 * Reads a data set of one's own from a Parquet or CSV file, a `.npz` file, or `.npy` or IDX files (packed by gzip too).
 *
 * Columns of numbers are the values of a table's examples, besides those that are the class or targets; one column of lists
 * will do. Classes are whole numbers from 0, or text. Bytes are scaled to [-1, 1], other numbers taken as they are. The name
 * is that of the file with the beginning of its content's hash. A path may carry the options: `flowers.csv,label=species`.
 *
 * @throws {UserError} naming the file and the culprit, such as a column, a row or an example.
 *
 * @example
 * ```ts norun
 * import { loadData } from "gradstream";
 *
 * const { train, classes } = await loadData("flowers.csv", { label: "species", drop: ["id"] });
 * console.log(train.count, train.shape, classes);
 * ```
 */
export async function loadData(path: string, options: LoadDataOptions = {}): Promise<DataSet> {
  const given = checkOptions<LoadDataOptions>("loadData", options, {
    label: text, targets: anything, drop: anything, test: anything, shape: anything,
  });
  const asked = { ...spelt(path), ...given };
  const file = resolve(asked.path);
  const name = basename(file);
  checkFile(file, name);
  const { test = HELD_OUT } = asked;
  if (typeof test === "number" && !(test >= 0 && test < 1)) {
    throw new UserError(`${name}: test=${test} is not a part from 0 up to but not including 1`);
  }
  const from = spelling({ ...asked, path: file, ...(typeof test === "string" && { test: resolve(test) }) });
  return { ...hashed(await opened(file, name, { ...asked, test })), from };
}

type Asked = DataChoice & { readonly test: string | number };

async function opened(file: string, name: string, asked: Asked): Promise<DataSet> {
  const { test } = asked;
  if (/\.(csv|tsv|parquet)$/i.test(name)) {
    const training = await readTable(file, name, asked);
    const { examples: train, classes } = training;
    if (typeof test === "number") return ownDataSet({ name, train, test, classes });
    checkFile(resolve(test), basename(test));
    const held = await readTable(resolve(test), basename(test), asked, training);
    return ownDataSet({ name, train, test: held.examples, classes });
  }
  refuseColumns(name, asked);
  if (/\.npz$/i.test(name)) {
    const { train, held } = npzExamples(await bytesOf(file, name), name, asked);
    if (typeof test === "string") throw new UserError(`${name}: test=${test}: a .npz file holds its test examples itself`);
    return ownDataSet({ name, train, test: held ?? test });
  }
  if (typeof test === "string") throw new UserError(`${name}: test=${test} must be a part, such as test=0.1, of such a file`);
  return ownDataSet({ name, train: await arrayFiles(file, name, asked), test });
}

/** Reads a file of examples and the file beside it that holds their labels. */
async function arrayFiles(file: string, name: string, { label, targets, shape }: Asked): Promise<RawExamples> {
  const given = targets?.[0] ?? label;
  if (given === undefined) throw new UserError(`${name}: has no labels; name their file with label=… or target=…`);
  const beside = resolve(dirname(file), given);
  const labels = await arrayIn(beside, basename(beside));
  return labelled({ examples: await arrayIn(file, name), labels: { ...labels, areTargets: targets !== undefined }, shape });
}

/** Reads the array of a `.npy` or IDX file. */
export async function arrayIn(file: string, name: string): Promise<Named> {
  checkFile(file, name);
  const bytes = await bytesOf(file, name);
  return { who: name, ...(isNpy(bytes) ? parseNpy(bytes, name) : parseIdx(bytes, name)) };
}

/** Reads a file, unpacked where gzip packed it. */
async function bytesOf(file: string, name: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(`${name}: cannot be read (${code ?? message})`);
  }
}

function checkFile(file: string, name: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new UserError(`data: no file ${file}`);
  if (!found.isFile()) throw new UserError(`${name}: is not a file`);
  if (found.size === 0) throw new UserError(`${name}: is empty`);
}

function refuseColumns(name: string, { drop = [], targets = [] }: DataChoice): void {
  if (drop.length > 0) throw new UserError(`${name}: drop is for tables`);
  if (targets.length > 1) throw new UserError(`${name}: name one array of targets; it may hold several an example`);
}
