import { InvalidArgumentError, Option, type Command } from "commander";
import { BACKENDS, chooseBackend, startBackend, type BackendName, type BackendChoice } from "../../backend/start.ts";
import { DATA_SETS, isOwnFile, openDataSet, type DataSetName } from "../../data/index.ts";
import { SCALES, type Scale } from "../../experiment/experiment.ts";

/** Makes a parser of an option's whole number, from 1 to `most`. @throws {InvalidArgumentError} for any other text. */
export function countUpTo(most: number): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };
}

/** Parses a whole number from 0 up, of nine digits at most. @throws {InvalidArgumentError} for any other text. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 0 up.");
}

/** Seeds are recorded as whole numbers up to this. */
const MOST_SEED = 2 ** 31 - 1;
const MOST_SEEDS = 10_000;

/**
 * Parses `7`, `7,8,9`, `7-9` or a mixture as the seeds they name, in the order given.
 *
 * @throws {InvalidArgumentError} for any other text, a seed that is there twice, or too many.
 */
export function seedList(text: string): readonly number[] {
  const seeds = text.split(",").flatMap((part) => {
    const [, from = "", to = from] = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part.trim()) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === "" || first > last || last > MOST_SEED) {
      throw new InvalidArgumentError(`It must be seeds from 0 to ${MOST_SEED}, such as 7 or 7,8,9 or 7-9.`);
    }
    if (last - first >= MOST_SEEDS) throw new InvalidArgumentError(`These are more than ${MOST_SEEDS} seeds.`);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) < i);
  if (twice !== undefined) throw new InvalidArgumentError(`Seed ${twice} is there twice.`);
  if (seeds.length > MOST_SEEDS) throw new InvalidArgumentError(`These are more than ${MOST_SEEDS} seeds.`);
  return seeds;
}

/** Seeds as commands take them. */
export interface SeedsAsked {
  readonly seeds?: number;
  readonly seed?: readonly number[];
}

/** What is to be trained, as commands take it. */
export interface TrainingOptions extends SeedsAsked {
  readonly scale: Scale;
  readonly arm?: readonly string[];
  readonly steps?: number;
  readonly set: Readonly<Record<string, string>>;
  readonly backend: BackendName | "auto";
  readonly data: DataSetName;
}

/** Adds `--seeds <n>` and `--seed <list>`, one of which may be given. */
export function seedOptions(command: Command, most: number, described: string): Command {
  return command
    .option("--seeds <n>", described, countUpTo(most))
    .addOption(
      new Option("--seed <list>", "these seeds by value: 7 or 7,8,9 or 7-9").argParser(seedList).conflicts("seeds"),
    );
}

/** Returns the seeds asked for, by value; undefined when none were. */
export function seedsOf({ seeds, seed }: SeedsAsked): readonly number[] | undefined {
  return seed ?? (seeds === undefined ? undefined : Array.from({ length: seeds }, (_, i) => i));
}

const SECONDS = { s: 1, m: 60, h: 3600 };

/**
 * Parses `90s`, `50m` or `1.5h` as seconds.
 *
 * @throws {InvalidArgumentError} for any other text.
 */
export function timeSpan(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,6}(?:\.\d+)?)([smh])$/.exec(text) ?? [];
  if (Number(count) > 0) return Number(count) * SECONDS[unit as keyof typeof SECONDS];
  throw new InvalidArgumentError("It must be a time such as 90s, 50m or 1.5h.");
}

/** When checkpoints are written, as commands take it; undefined for never. */
export type CheckpointEvery = { readonly milliseconds: number } | { readonly steps: number } | undefined;

/**
 * Parses `60s`, `500 steps` or `never`.
 *
 * @throws {InvalidArgumentError} for any other text.
 */
export function checkpointEvery(text: string): CheckpointEvery {
  if (text === "never") return undefined;
  const [, steps] = /^([1-9]\d{0,8}) ?steps?$/.exec(text) ?? [];
  if (steps !== undefined) return { steps: Number(steps) };
  try {
    return { milliseconds: timeSpan(text) * 1000 };
  } catch {
    throw new InvalidArgumentError(
      'It must be a time such as 60s or 5m, a number of steps such as "500 steps", or never.',
    );
  }
}

/** Makes `--checkpoint-every`, as commands take it that train. */
export const checkpointOption = (): Option =>
  new Option("--checkpoint-every <when>", 'a time, "500 steps" or never: when to write down where each run stands')
    .argParser(checkpointEvery)
    .default(checkpointEvery("60s"), "60s");

/** Parses a port number, 0 to 65535. @throws {InvalidArgumentError} for any other text. */
export function portNumber(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError("It must be a port number, 0 (any free one) to 65535.");
}

/**
 * Parses `key=value`, repeatable.
 *
 * @throws {InvalidArgumentError} for any other text.
 */
export function setting(text: string, all: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf("=");
  if (at > 0) return { ...all, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError("It must be key=value.");
}

/** Makes `--scale`, as commands take it that load a pipeline. */
export const scaleOption = (): Option =>
  new Option("--scale <scale>", "size of networks and runs").choices(SCALES).default("quick");

/** Makes `--backend`, as commands take it that train. */
export const backendOption = (): Option =>
  new Option("--backend <name>", "what computes").choices(["auto", ...BACKENDS]).default("auto");

/** Makes `--data`, as commands take it that train. */
export const dataOption = (): Option =>
  new Option("--data <set>", "what to train on; a file too, such as own.csv,label=column")
    .choices(DATA_SETS)
    .argParser(dataSetName)
    .default("auto");

/** Parses the name of a data set, or a file of one's own. @throws {InvalidArgumentError} for any other text. */
function dataSetName(text: string): DataSetName {
  const known = DATA_SETS.find((name) => name === text);
  if (known !== undefined || isOwnFile(text)) return known ?? (text as DataSetName);
  throw new InvalidArgumentError(`Allowed choices are ${DATA_SETS.join(", ")}, and files such as own.csv.`);
}

/** Parses `a, b` as a list. */
export const list = (text: string): string[] => text.split(",").map((name) => name.trim());

/** Returns the settings that `--set` and `--steps` change. */
export const settingsOf = ({
  set,
  steps,
}: {
  readonly set: Readonly<Record<string, string>>;
  readonly steps?: number;
}) => ({
  ...set,
  ...(steps ? { steps: String(steps) } : {}),
});

/**
 * Starts the backend and opens the data set; `why` and `notes` are what to say of them. @throws {UserError} when one
 * cannot.
 */
export async function ready(options: { readonly backend: BackendName | "auto"; readonly data: DataSetName }) {
  const { name: backend, why } = await startOrChoose(options.backend);
  const { data, note } = await openDataSet(options.data, { env: process.env, cwd: process.cwd() });
  return { backend, why, data, notes: note ? [note] : [] };
}

/** Starts a backend by its name, or the fastest that trains with the reason why none faster. */
async function startOrChoose(name: BackendName | "auto"): Promise<BackendChoice> {
  if (name === "auto") return chooseBackend();
  return { name: await startBackend(name), why: "as asked" };
}
