import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { UserError } from "../core/errors.ts";
import { checkOptions, whole } from "../core/options.ts";
import type { DataSet, RawExamples } from "../core/types.ts";
import { cannotRead, namesIn } from "./cifar10-files.ts";
import type { Cifar10Options } from "./cifar10.ts";
import { parseIdx } from "./idx.ts";
import type { NumberArray } from "./number-array.ts";
import { labelled } from "./labelled.ts";

const CLOTHES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

/** Data sets in the format of MNIST, and the names of their classes. */
export const MNIST_SETS = {
  mnist: { title: "MNIST", variable: "MNIST_DIR", classes: Array.from({ length: 10 }, (_, digit) => String(digit)) },
  "fashion-mnist": { title: "Fashion-MNIST", variable: "FASHION_MNIST_DIR", classes: CLOTHES },
} as const;
/** Name of one of them. */
export type MnistName = keyof typeof MNIST_SETS;

/** Names of the four files, each as it is or packed by gzip. */
export const MNIST_FILES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;

/** Files of one of them. */
export interface MnistFiles {
  readonly dir: string;
  /** Paths, in the order of `MNIST_FILES`. */
  readonly paths: readonly string[];
}

/**
 * Finds the four files of MNIST or Fashion-MNIST in a folder.
 *
 * @throws {UserError} when one is missing.
 */
export function mnistFiles(dir: string, set: MnistName): MnistFiles {
  const names = namesIn(dir, set) ?? [];
  const paths = MNIST_FILES.map((file) => {
    const found = [file, `${file}.gz`].find((name) => names.includes(name));
    if (found !== undefined) return join(dir, found);
    const how = `get it with \`npx gradstream data ${set}\`, or set ${MNIST_SETS[set].variable} to its folder`;
    throw new UserError(`${set}: no ${file} nor ${file}.gz in ${dir}; ${how}`);
  });
  return { dir, paths };
}

/**
 * Reads MNIST from the four IDX files in `dir`, packed by gzip or not, into bytes of shape [28, 28, 1].
 *
 * @throws {UserError} naming the file when one is missing, damaged, or does not fit the others.
 *
 * @example
 * ```ts norun
 * import { loadMnist } from "gradstream";
 *
 * const { train, test } = await loadMnist("data/mnist", { limitTrain: 10_000 });
 * console.log(train.count, test.count); // 10000 10000
 * ```
 */
export async function loadMnist(dir: string, options: Cifar10Options = {}): Promise<DataSet> {
  return loadMnistSet("mnist", dir, options);
}

/**
 * Reads Fashion-MNIST from the four IDX files in `dir`, packed by gzip or not, into bytes of shape [28, 28, 1].
 *
 * @throws {UserError} naming the file when one is missing, damaged, or does not fit the others.
 */
export async function loadFashionMnist(dir: string, options: Cifar10Options = {}): Promise<DataSet> {
  return loadMnistSet("fashion-mnist", dir, options);
}

/** Reads one of the data sets in the format of MNIST. @throws {UserError} naming the file that is missing or damaged. */
export async function loadMnistSet(set: MnistName, dir: string, options: Cifar10Options): Promise<DataSet> {
  const known = { limitTrain: whole(1), limitTest: whole(1) };
  const { limitTrain = Infinity, limitTest = Infinity } = checkOptions<Cifar10Options>(set, options, known);
  const { paths } = mnistFiles(dir, set);
  const { classes } = MNIST_SETS[set];
  const train = readPair(set, paths[0]!, paths[1]!, limitTrain);
  const test = readPair(set, paths[2]!, paths[3]!, limitTest);
  return Promise.resolve({ name: set, classes, shape: train.shape, train, test });
}

function readPair(set: MnistName, imagePath: string, labelPath: string, limit: number): RawExamples {
  const [images, labels] = [readIdx(set, imagePath), readIdx(set, labelPath)];
  if (images.shape.length !== 3 || !(images.values instanceof Uint8Array)) {
    throw new UserError(`${set}: ${imagePath}: holds [${images.shape.join(", ")}], not images of bytes`);
  }
  const examples = labelled({
    examples: { who: `${set}: ${imagePath}`, ...images },
    labels: { who: `${set}: ${labelPath}`, ...labels, areTargets: false },
    classes: 10,
  });
  const count = Math.min(limit, examples.count);
  const width = examples.pixels.length / examples.count;
  const [pixels, classes] = [examples.pixels.slice(0, count * width), examples.labels.slice(0, count)];
  return { ...examples, count, pixels, labels: classes };
}

function readIdx(set: MnistName, path: string): NumberArray {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw cannotRead(path, error, set);
  }
  if (!path.endsWith(".gz")) return parseIdx(bytes, `${set}: ${path}`);
  try {
    bytes = gunzipSync(bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${set}: ${path} cannot be unpacked (${code}); delete it and run \`npx gradstream data ${set}\``);
  }
  return parseIdx(bytes, `${set}: ${path}`);
}

/**
 * Counts the examples of MNIST or Fashion-MNIST in a folder by their labels.
 *
 * @throws {UserError} naming the file that is missing or damaged.
 */
export function mnistCounts(dir: string, set: MnistName): { readonly train: number; readonly test: number } {
  const { paths } = mnistFiles(dir, set);
  const [train, test] = [paths[1]!, paths[3]!].map((path) => readIdx(set, path).values.length);
  return { train: train!, test: test! };
}
