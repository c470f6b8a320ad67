import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import { checkOptions, oneOf, whole } from "../core/options.ts";
import type { DataSet } from "../core/types.ts";
import { countRecords, namesIn, type Cifar10File } from "./cifar10-files.ts";
import type { Cifar10Options } from "./cifar10.ts";
import { CIFAR_SHAPE, readCifar, readWhole, type CifarRecord } from "./cifar-records.ts";

export const CIFAR100_FOLDER = "cifar-100-binary";
/** Bytes of one record: the coarse label, the fine one, then 32 x 32 red, green and blue. */
const RECORD_SIZE = 3074;

const FINE: CifarRecord = { set: "cifar100", title: "CIFAR-100", labels: 2, label: 1, classes: 100 };
const COARSE: CifarRecord = { ...FINE, label: 0, classes: 20 };

/** Options of `loadCifar100`. */
export interface Cifar100Options extends Cifar10Options {
  /** Kind of the labels: `fine`, 100 classes, or `coarse`, 20. Default `fine`. */
  readonly labels?: "fine" | "coarse";
}

/** Files of CIFAR-100's binary version. */
export interface Cifar100Files {
  /** Folder that holds the files: the given one, or its child `cifar-100-binary`. */
  readonly dir: string;
  readonly train: Cifar10File;
  readonly test: Cifar10File;
}

/**
 * Finds and measures the files of CIFAR-100's binary version.
 *
 * @throws {UserError} when one is missing, empty or truncated.
 */
export function cifar100Files(dir: string): Cifar100Files {
  const below = join(dir, CIFAR100_FOLDER);
  const home = namesIn(below, "cifar100") ? below : dir;
  const names = namesIn(home, "cifar100") ?? [];
  const file = (name: string, official: number): Cifar10File => {
    if (!names.includes(name)) {
      const how = "get it with `npx gradstream data cifar100`, or set CIFAR100_DIR to its folder";
      throw new UserError(`cifar100: no ${name} in ${home}; ${how}`);
    }
    const path = join(home, name);
    return { name, path, records: countRecords(path, "cifar100", RECORD_SIZE, official) };
  };
  return { dir: home, train: file("train.bin", 50_000), test: file("test.bin", 10_000) };
}

/**
 * Reads CIFAR-100's binary version from `dir` (or its child `cifar-100-binary`) into NHWC bytes of shape [32, 32, 3].
 *
 * @throws {UserError} naming the file when one is missing, truncated or has a label out of range.
 *
 * @example
 * ```ts norun
 * import { loadCifar100 } from "gradstream";
 *
 * const { classes } = await loadCifar100("data/cifar-100-binary", { labels: "coarse" });
 * console.log(classes.length); // 20
 * ```
 */
export async function loadCifar100(dir: string, options: Cifar100Options = {}): Promise<DataSet> {
  const known = { labels: oneOf("fine", "coarse"), limitTrain: whole(1), limitTest: whole(1) };
  const { labels = "fine", limitTrain = Infinity, limitTest = Infinity } = checkOptions<Cifar100Options>(
    "loadCifar100",
    options,
    known,
  );
  const files = cifar100Files(dir);
  const form = labels === "fine" ? FINE : COARSE;
  const train = await readCifar([files.train], limitTrain, form);
  const test = await readCifar([files.test], limitTest, form);
  const name = labels === "fine" ? "cifar100" : "cifar100 coarse";
  return { name, classes: await labelNames(files.dir, labels, form.classes), shape: CIFAR_SHAPE, train, test };
}

/** Returns the names of the classes from their file, or numbers where it is missing. */
async function labelNames(dir: string, labels: "fine" | "coarse", classes: number): Promise<readonly string[]> {
  const file = `${labels}_label_names.txt`;
  if (!namesIn(dir, "cifar100")?.includes(file)) return Array.from({ length: classes }, (_, i) => String(i));
  const text = Buffer.from(await readWhole("cifar100", join(dir, file))).toString("utf8");
  const names = text.split("\n").flatMap((line) => line.trim() || []);
  if (names.length === classes) return names;
  throw new UserError(`cifar100: ${join(dir, file)} names ${names.length} classes, expected ${classes}`);
}
