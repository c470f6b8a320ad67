// Runs of one arm and setting as one row: means and ranges over them.

import { grouped } from "../../view/grouped.ts";
import { counted } from "../../view/numbers.ts";
import type { RunColumn } from "./run-columns.ts";
import type { RunFacts } from "./run-facts.ts";
import type { SortValue } from "./run-order.ts";
import { settingsKey } from "./selection.ts";

/** Runs that differ in their seeds alone. */
export interface RunGroup {
  readonly key: string;
  readonly members: readonly RunFacts[];
}

/** What a row says in a column: a mean over its runs, and their range. */
export interface CellText {
  readonly text: string;
  /** Empty where it is one number. */
  readonly range: string;
}

/** Groups runs by experiment, arm and all settings but the seed, in the order in which they come. */
export function groupsOf(all: readonly RunFacts[]): RunGroup[] {
  const groups = grouped(all, ({ run }) => JSON.stringify([run.experiment, run.arm, settingsKey(run)]));
  return [...groups].map(([key, members]) => ({ key, members }));
}

/** Lists the numbers that runs have in a column. */
const numbersOf = (members: readonly RunFacts[], { valueOf }: RunColumn): number[] =>
  members.map(valueOf).filter((value): value is number => typeof value === "number" && Number.isFinite(value));

/** Returns the mean of a column over runs; undefined where none has a number, and for columns of text. */
export function meanOverRuns(members: readonly RunFacts[], column: RunColumn): number | undefined {
  const numbers = column.format === undefined ? [] : numbersOf(members, column);
  return numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/** Writes what a group says in a column. */
export function groupCell({ members }: RunGroup, column: RunColumn): CellText {
  const { name, format } = column;
  if (name === "Seed") return { text: counted(members.length, "run"), range: "" };
  if (name === "State") return { text: statesText(members), range: "" };
  if (format === undefined) {
    const texts = new Set(members.map(column.textOf));
    return { text: texts.size === 1 ? [...texts][0]! : counted(texts.size, "value"), range: "" };
  }
  const numbers = numbersOf(members, column);
  if (numbers.length === 0) return { text: "–", range: "" };
  const [low, high] = [format(Math.min(...numbers)), format(Math.max(...numbers))];
  return { text: format(meanOverRuns(members, column)!), range: low === high ? "" : `${low} to ${high}` };
}

/** Returns what groups are put in order by: means of numbers, else what their first runs have. */
export const groupValue = ({ members }: RunGroup, column: RunColumn): SortValue => {
  if (column.format !== undefined) return meanOverRuns(members, column);
  return column.name === "Seed" ? members.length : column.valueOf(members[0]!);
};

/** Digits of a difference. */
const DIGITS = 3;

/** Writes how far a number is from that of a baseline: `+0.12`, `−1.5 points`; nothing where either lacks, or of equal steps. */
export function differenceText(
  value: number | undefined,
  base: number | undefined,
  { name, format, isShare = false }: RunColumn,
): string {
  if (value === undefined || base === undefined || format === undefined) return "";
  const gap = value - base;
  const size = isShare ? `${Math.abs(100 * gap).toFixed(1)} points` : format(Math.abs(gap), DIGITS);
  if (gap !== 0 && size !== "0.0 points") return `${gap < 0 ? "−" : "+"}${size}`;
  return name === "Steps" ? "" : "±0";
}

function statesText(members: readonly RunFacts[]): string {
  const states = grouped(members, ({ run }) => run.status);
  if (states.size === 1) return [...states.keys()][0]!;
  return [...states].map(([status, own]) => `${own.length} ${status}`).join(", ");
}
