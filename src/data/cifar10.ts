import { lstatSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import type { DataSet } from "../core/types.ts";
import { cifar10Files } from "./cifar10-files.ts";
import { CIFAR_SHAPE, readCifar, readWhole, type CifarRecord } from "./cifar-records.ts";
import { checkWhole } from "../core/options.ts";

const RECORD: CifarRecord = { set: "cifar10", title: "CIFAR-10", labels: 1, label: 0, classes: 10 };
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
  if (limitTrain !== Infinity) checkWhole("cifar10", { limitTrain });
  if (limitTest !== Infinity) checkWhole("cifar10", { limitTest });
  const files = cifar10Files(dir);
  const classes = await classNames(files.dir);
  const train = await readCifar(files.train, limitTrain, RECORD);
  const test = await readCifar([files.test], limitTest, RECORD);
  return { name: "cifar10", classes, shape: CIFAR_SHAPE, train, test };
}

async function classNames(dir: string): Promise<readonly string[]> {
  const path = join(dir, "batches.meta.txt");
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return CLASSES;
  const text = Buffer.from(await readWhole("cifar10", path)).toString("utf8");
  const names = text.split("\n").flatMap((line) => line.trim() || []);
  if (names.length !== 10) throw new UserError(`cifar10: ${path} names ${names.length} classes, expected 10`);
  return names;
}
