import { armsInOrder, type ArmPlaces } from "./arms.ts";
import { counted } from "./numbers.ts";
import type { FigureSeries } from "./figure-series.ts";
import type { HorizontalRule } from "./rules.ts";
import { apartNotes, apartOf } from "./apart.ts";
import { stretchOf } from "./stretching.ts";

/** What an axis counts, and whether by powers of ten. */
export interface Axis {
  readonly label: string;
  readonly log?: boolean | undefined;
}

/** A row of a figure's SQL, by the names of its columns. */
type FigureRow = Readonly<Record<string, unknown>>;

/** A figure with the rows of its SQL: panel, arm, source, line, x, y, low, high; of ridges panel, arm, step, lo, hi, counts. */
export interface FigureRows {
  readonly figure: {
    readonly kind: string;
    readonly x: Axis;
    readonly y: Axis;
    /** Those that its paper knows. */
    readonly arms?: ArmPlaces;
  };
  readonly rows: readonly FigureRow[];
  readonly rules: readonly PanelRule[];
}

/** A horizontal line; `panel` is the one it belongs to, `''` for all of them. */
export interface PanelRule extends HorizontalRule {
  readonly panel: string;
}

/** A figure's rows as series. */
interface SeriesOf {
  /** By arm, in the order of legends. */
  readonly series: readonly FigureSeries[];
  /** What the x axis counts. */
  readonly xLabel: string;
  /** What could not be drawn, and how far ours is from the paper's, in words. */
  readonly notes: readonly string[];
}

type Datum = readonly [x: number, y: number, low: number, high: number];
const COLUMNS = ["x", "y", "low", "high"] as const;

/** Reads rows as series; what the axes cannot show becomes a gap and is counted. */
export function seriesOf({ figure, rows }: FigureRows): SeriesOf {
  const groups = new Map<string, { head: Pick<FigureSeries, "panel" | "arm" | "source" | "line">; data: Datum[] }>();
  const omitted = { notFinite: 0, notPositive: 0 };
  const last = { ours: 0, paper: 0 };
  for (const row of rows) {
    const faults = new Set<keyof typeof omitted>();
    const [x, y, low, high] = COLUMNS.map((name) => {
      const { log = false } = name === "x" ? figure.x : figure.y;
      return drawable(row[name], log, (fault) => faults.add(fault));
    }) as [number, number, number, number];
    if (faults.has("notFinite")) omitted.notFinite++;
    else if (faults.has("notPositive")) omitted.notPositive++;
    if (Number.isNaN(x)) continue;
    const source = row["source"] === "paper" ? "paper" : "ours";
    last[source] = Math.max(last[source], x);
    const head = { panel: textOf(row["panel"]), arm: textOf(row["arm"]), source, line: textOf(row["line"]) } as const;
    const key = JSON.stringify(head);
    const group = groups.get(key) ?? { head, data: [] };
    if (group.data.push([x, y, low, high]) === 1) groups.set(key, group);
  }
  const { factor, label, until } = stretchOf(figure.x.label, last.ours, last.paper);
  const all = [...groups.values()].map(({ head, data: drawn }): FigureSeries => {
    const isPaper = head.source === "paper";
    const data = drawn.filter(([x]) => !isPaper || x <= until).sort((a, b) => a[0] - b[0]);
    const column = (at: number, by = 1): Float64Array => Float64Array.from(data, (datum) => datum[at]! * by);
    const x = column(0, isPaper ? 1 : factor);
    return { ...head, x, y: column(1), low: column(2), high: column(3), length: data.length };
  });
  const log = figure.y.log ?? false;
  const arms = armsInOrder(
    all.map(({ arm }) => arm),
    figure.arms,
  );
  const notes = [
    ...(omitted.notFinite > 0 ? [`${counted(omitted.notFinite, "point")} left out: not finite.`] : []),
    ...(omitted.notPositive > 0
      ? [`${counted(omitted.notPositive, "point")} left out: not above zero, on a logarithmic axis.`]
      : []),
    ...(figure.kind === "profiles" || factor !== 1 ? [] : apartNotes(apartOf(all, log), log)),
  ];
  return { series: arms.flatMap((arm) => all.filter((one) => one.arm === arm)), xLabel: label, notes };
}

function drawable(value: unknown, log: boolean, tell: (fault: "notFinite" | "notPositive") => void): number {
  if (value === null || value === undefined) return NaN;
  const number = numberOf(value);
  if (!Number.isFinite(number)) tell("notFinite");
  else if (log && number <= 0) tell("notPositive");
  else return number;
  return NaN;
}

const NUMBER = /(\d+(?:\.\d+)?(?:e[+-]?\d+)?)/i;

/** Gives panels without repetition, numbers in their names by value: layer 2, layer 9, layer 13. */
export function panelsInOrder(names: Iterable<string>): string[] {
  const compare = (a: string, b: string): number => {
    const [left, right] = [a.split(NUMBER), b.split(NUMBER)];
    const at = left.findIndex((part, i) => part !== right[i]);
    if (at < 0) return left.length - right.length;
    const [one, other] = [left[at]!, right[at] ?? ""];
    return at % 2 ? Number(one) - Number(other) : one < other ? -1 : 1;
  };
  return [...new Set(names)].sort(compare);
}

/** Reads a database value as text. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.toISOString();
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

/** Reads a database value as a number; NaN where there is none. */
export function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
}
