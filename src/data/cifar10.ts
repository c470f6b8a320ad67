import { lstatSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import type { DataSet, RawExamples } from "../core/types.ts";
import { CIFAR10_RECORD, cannotRead, cifar10Files, type Cifar10File } from "./cifar10-files.ts";
import { checkCount } from "./count.ts";

const SIDE = 32;
const PLANE = SIDE * SIDE;
const SHAPE = [SIDE, SIDE, 3];
const CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split(" ");

/** Options of `loadCifar10`. */
export interface Cifar10Options {
  /** Number of training examples to keep, from the first. Default: all. */
  readonly limitTrain?: number;
  /** Number of test examples to keep, from the first. Default: all. */
  readonly limitTest?: number;
}

/**
 * Reads CIFAR-10's binary version from `dir` (or its child `cifar-10-batches-bin`) into NHWC bytes of shape [32, 32,
 * 3]. Takes any of the five training files, with any number of records each.
 *
 * @throws {UserError} naming the file when one is missing, truncated or has a label above 9.
 *
 * @example
 * ```ts norun
 * import { loadCifar10 } from "gradstream";
 *
 * const { train, test } = await loadCifar10("data/cifar-10-batches-bin", { limitTrain: 10_000 });
 * console.log(train.count, test.count);
 * ```
 */
export async function loadCifar10(dir: string, options: Cifar10Options = {}): Promise<DataSet> {
  const { limitTrain = Infinity, limitTest = Infinity } = options;
  if (limitTrain !== Infinity) checkCount("cifar10: limitTrain", limitTrain);
  if (limitTest !== Infinity) checkCount("cifar10: limitTest", limitTest);
  const files = cifar10Files(dir);
  const classes = await classNames(files.dir);
  const train = await readExamples(files.train, limitTrain);
  const test = await readExamples([files.test], limitTest);
  return { name: "cifar10", classes, shape: SHAPE, train, test };
}

async function readExamples(files: readonly Cifar10File[], limit: number): Promise<RawExamples> {
  const stored = files.reduce((sum, file) => sum + file.records, 0);
  const count = Math.min(stored, limit);
  const pixels = new Uint8Array(count * PLANE * 3);
  const labels = new Uint8Array(count);
  let done = 0;
  for (const file of files) {
    const take = Math.min(file.records, count - done);
    if (take > 0) unpackRecords({ file, bytes: await bytesOf(file.path), take }, { pixels, labels, first: done });
    done += take;
  }
  return { count, shape: SHAPE, pixels, labels };
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
}

/** Records of a file. */
interface Packed {
  readonly file: Cifar10File;
  readonly bytes: Uint8Array;
  readonly take: number;
}

/** Arrays of all examples, and the index of the first to write. */
interface Unpacked {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly first: number;
}

/** Copies `take` records to the examples from `first` on, and interleaves the three planes. */
function unpackRecords({ file, bytes, take }: Packed, { pixels, labels, first }: Unpacked): void {
  for (let record = 0; record < take; record++) {
    const from = record * CIFAR10_RECORD;
    const label = bytes[from]!;
    if (label > 9) {
      throw new UserError(
        `cifar10: ${file.path}, record ${record}: label ${label}, expected 0 to 9; is this CIFAR-10?`,
      );
    }
    labels[first + record] = label;
    const red = from + 1;
    let to = (first + record) * PLANE * 3;
    for (let i = 0; i < PLANE; i++) {
      pixels[to++] = bytes[red + i]!;
      pixels[to++] = bytes[red + PLANE + i]!;
      pixels[to++] = bytes[red + 2 * PLANE + i]!;
    }
  }
}

async function classNames(dir: string): Promise<readonly string[]> {
  const path = join(dir, "batches.meta.txt");
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return CLASSES;
  const text = Buffer.from(await bytesOf(path)).toString("utf8");
  const names = text.split("\n").flatMap((line) => line.trim() || []);
  if (names.length !== 10) throw new UserError(`cifar10: ${path} names ${names.length} classes, expected 10`);
  return names;
}
