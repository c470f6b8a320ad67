import { UserError } from "../core/errors.ts";
import type { DataSet } from "../core/types.ts";
import { findCifar10 } from "./cifar10-files.ts";
import { loadCifar10, type Cifar10Options } from "./cifar10.ts";
import { shapes10 } from "./shapes10.ts";

export { batches, type BatchesOptions } from "./batches.ts";
export { findCifar10 } from "./cifar10-files.ts";
export { loadCifar10, type Cifar10Options } from "./cifar10.ts";
export { examplesToFloat } from "./pixels.ts";
export { shapes10, type Shapes10Options } from "./shapes10.ts";

export const DATA_SETS = ["auto", "cifar10", "shapes10"] as const;
export type DataSetName = (typeof DATA_SETS)[number];

/** Result of `openDataSet`. */
interface Opened {
  readonly data: DataSet;
  /** One line for the user, where the choice needs explaining. Default: none. */
  readonly note?: string;
}

/** Where `openDataSet` looks: environment variables and the working folder. */
export interface DataLocation {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working folder. */
  readonly cwd: string;
}

/**
 * Opens a data set by name; `auto` is CIFAR-10 where it is found whole, else the generated shapes10, with a note that
 * says why. What `CIFAR10_DIR` names must exist. Limits keep the first examples only; of shapes10 they also save the
 * time of drawing (12,000 examples take 2 s).
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
  { env, cwd }: DataLocation,
  limits: Cifar10Options = {},
): Promise<Opened> {
  const generated = () => shapes10({ train: least(10_000, limits.limitTrain), test: least(2_000, limits.limitTest) });
  if (!DATA_SETS.includes(name)) {
    throw new UserError(`data: no data set "${name as string}"; there are ${DATA_SETS.join(", ")}`);
  }
  if (name === "shapes10") return { data: generated() };
  const instead = (why: string) => ({ data: generated(), note: `${why}; training on the generated shapes10 instead` });
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

const least = (count: number, limit = Infinity) => Math.min(count, limit);
