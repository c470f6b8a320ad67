import type { FigureData } from "../paper/figure.ts";
import { numberOf, plural, textOf } from "./text.ts";

export interface Datum {
  readonly x: number;
  /** NaN: a gap. */
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** One line or band of a figure, by x. */
export interface Series {
  readonly panel: string;
  readonly arm: string;
  readonly source: "ours" | "paper";
  readonly line: string;
  readonly data: readonly Datum[];
}

export interface Table {
  readonly series: readonly Series[];
  /** What could not be drawn, in words. */
  readonly notes: readonly string[];
}

/** Rows of a figure's SQL as series; what the axes cannot show becomes a gap and is counted. */
export function seriesOf({ figure, rows }: FigureData): Table {
  const groups = new Map<string, { head: Omit<Series, "data">; data: Datum[] }>();
  const omitted = { notFinite: 0, notPositive: 0 };
  const drawable = (value: unknown, log: boolean | undefined, seen: { notFinite: boolean; notPositive: boolean }) => {
    if (value === null || value === undefined) return NaN;
    const number = numberOf(value);
    if (!Number.isFinite(number)) seen.notFinite = true;
    else if (log === true && number <= 0) seen.notPositive = true;
    else return number;
    return NaN;
  };
  for (const row of rows) {
    const seen = { notFinite: false, notPositive: false };
    const [y, low, high] = ["y", "low", "high"].map((name) => drawable(row[name], figure.y.log, seen));
    const datum = { x: drawable(row["x"], figure.x.log, seen), y: y!, low: low!, high: high! };
    if (seen.notFinite) omitted.notFinite++;
    else if (seen.notPositive) omitted.notPositive++;
    if (Number.isNaN(datum.x)) continue;
    const source = row["source"] === "paper" ? "paper" : "ours";
    const head = { panel: textOf(row["panel"]), arm: textOf(row["arm"]), source, line: textOf(row["line"]) } as const;
    const key = JSON.stringify(head);
    const group = groups.get(key) ?? { head, data: [] };
    if (group.data.push(datum) === 1) groups.set(key, group);
  }
  return {
    series: [...groups.values()].map(({ head, data }) => ({ ...head, data: data.sort((a, b) => a.x - b.x) })),
    notes: notesOn(omitted.notFinite, omitted.notPositive),
  };
}

function notesOn(notFinite: number, notPositive: number): string[] {
  return [
    ...(notFinite > 0 ? [`${plural(notFinite, "point")} left out: not finite.`] : []),
    ...(notPositive > 0 ? [`${plural(notPositive, "point")} left out: not above zero, on a logarithmic axis.`] : []),
  ];
}

/** The values, without repetition, in order of appearance. */
export function distinct<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}

const NUMBER = /(\d+(?:\.\d+)?(?:e[+-]?\d+)?)/i;

/** Panels without repetition, numbers in their names by value: layer 2, layer 9, layer 13. */
export function panelsOf(names: Iterable<string>): string[] {
  const compare = (a: string, b: string): number => {
    const [left, right] = [a.split(NUMBER), b.split(NUMBER)];
    const at = left.findIndex((part, i) => part !== right[i]);
    if (at < 0) return left.length - right.length;
    const [one, other] = [left[at]!, right[at] ?? ""];
    return at % 2 ? Number(one) - Number(other) : one < other ? -1 : 1;
  };
  return distinct(names).sort(compare);
}

const ARMS = ["standard", "batchNorm", "noisyBatchNorm", "noisyStandard", "l1Norm", "l2Norm", "lInfNorm"];

/** Arms without repetition, the paper's in its order before all others. */
export function armsOf(names: Iterable<string>): string[] {
  const place = (name: string): number => {
    const known = ARMS.indexOf(name.split(",")[0]!);
    return known < 0 ? ARMS.length : known;
  };
  return distinct(names).sort((a, b) => place(a) - place(b));
}

/** Every y that a panel must have room for. */
export function* heights(series: readonly Series[]): Iterable<number> {
  for (const { data } of series) for (const { y, low, high } of data) yield* [y, low, high];
}

/** One step's histogram. */
export interface Ridge {
  readonly panel: string;
  readonly arm: string;
  readonly step: number;
  readonly lo: number;
  readonly hi: number;
  readonly counts: readonly number[];
}

export function ridgesOf({ rows }: FigureData): { ridges: readonly Ridge[]; notes: readonly string[] } {
  const all = rows.map((row) => ({
    panel: textOf(row["panel"]),
    arm: textOf(row["arm"]),
    step: numberOf(row["step"]),
    lo: numberOf(row["lo"]),
    hi: numberOf(row["hi"]),
    counts: countsOf(row["counts"]),
  }));
  const ridges = all.filter(
    ({ step, lo, hi, counts }) =>
      Number.isFinite(step) && Number.isFinite(hi - lo) && hi > lo && counts.some((count) => count > 0),
  );
  const missing = all.length - ridges.length;
  const notes = missing > 0 ? [`${plural(missing, "histogram")} left out: without width, or not finite.`] : [];
  return { ridges: ridges.sort((a, b) => a.step - b.step), notes };
}

/** Lists come as arrays, typed arrays, or the database's own lists. */
function countsOf(value: unknown): number[] {
  const list = typeof value === "object" && value !== null && "items" in value ? value.items : value;
  if (Array.isArray(list)) return list.map(numberOf);
  return ArrayBuffer.isView(list) ? Array.from(list as unknown as ArrayLike<number | bigint>, Number) : [];
}
