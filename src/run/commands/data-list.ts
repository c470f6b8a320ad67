import { relative } from "node:path";
import { UserError } from "../../core/errors.ts";
import { cifar10Files, type Cifar10File } from "../../data/cifar10-files.ts";
import { cifar100Files } from "../../data/cifar100.ts";
import { findCifar10, findDataFolder, type DataLocation } from "../../data/index.ts";
import { mnistCounts } from "../../data/mnist.ts";

/** A data set as `gradstream data list` tells of it. */
export interface ListedDataSet {
  readonly name: string;
  readonly available: boolean;
  /** Where it is and how many images it has, or how to get it. */
  readonly detail: string;
}

/** Data sets that lie in folders. */
type FolderSetName = "cifar10" | "cifar100" | "mnist" | "fashion-mnist";

/** Lists the data sets that go by their names, with what is here of them. */
export function listDataSets(location: DataLocation): readonly ListedDataSet[] {
  const { env, cwd } = location;
  return [
    inFolder("cifar10", () => findCifar10(env, cwd), cwd),
    { name: "shapes10", available: true, detail: "generated, 10000 train, 2000 test" },
    ...(["cifar100", "mnist", "fashion-mnist"] as const).map((set) =>
      inFolder(set, () => findDataFolder(set, location), cwd),
    ),
  ];
}

function inFolder(name: FolderSetName, find: () => string | undefined, cwd: string): ListedDataSet {
  // What a variable names wrongly is an error of CIFAR-10 alone, which runs take by themselves.
  const dir = name === "cifar10" ? find() : attempt(find);
  if (dir instanceof UserError) return { name, available: false, detail: dir.message };
  if (dir === undefined)
    return { name, available: false, detail: `not here (\`npx gradstream data ${name}\` gets it)` };
  const counts = attempt(() => countsIn(name, dir));
  if (counts instanceof UserError) return { name, available: false, detail: counts.message };
  return { name, available: true, detail: `${shownFrom(dir, cwd)}, ${counts}` };
}

function attempt<T>(make: () => T): T | UserError {
  try {
    return make();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/**
 * Says how many examples a folder of a data set holds.
 *
 * @throws {UserError} when its files are missing or damaged.
 */
export function countsIn(set: FolderSetName, dir: string): string {
  const sum = (files: readonly Cifar10File[]) => files.reduce((total, file) => total + file.records, 0);
  const counts = (train: number, test: number) => `${train} train, ${test} test`;
  switch (set) {
    case "cifar10": {
      const { train, test } = cifar10Files(dir);
      return counts(sum(train), test.records);
    }
    case "cifar100": {
      const { train, test } = cifar100Files(dir);
      return counts(train.records, test.records);
    }
    default: {
      const { train, test } = mnistCounts(dir, set);
      return counts(train, test);
    }
  }
}

/** Writes a path below `cwd` relative to it, any other in full. */
export function shownFrom(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below.startsWith("..") ? path : below || path;
}
