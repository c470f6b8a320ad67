import type { BucketColumns, ReadingColumns } from "../protocol/columns.ts";
import { widthFor } from "../protocol/width.ts";
import { Bucketed } from "./bucketed.ts";
import type { Definitions } from "./definitions.ts";
import type { Series } from "./series.ts";

interface RunCurves {
  /** log2 of the width of all of the run's buckets. */
  shift: number;
  /** A step of the first bucket, and the last step. */
  first: number;
  last: number;
  readonly series: Bucketed[];
}

/** The curves of one request as they grow: a snapshot's buckets, then readings. */
export class Curves {
  readonly #points: number;
  readonly #definitions: Definitions;
  readonly #version: number;
  readonly #runs = new Map<string, RunCurves>();
  readonly #byNumber = new Map<number, { readonly series: Bucketed; readonly run: RunCurves }>();
  #sorted: readonly Bucketed[] | undefined = [];

  /** Versions go on where those of the curves that these replace have come to. */
  constructor(points: number, definitions: Definitions, replaced?: Curves) {
    this.#points = points;
    this.#version = replaced ? 1 + Math.max(0, ...replaced.series.map(({ version }) => version)) : 0;
    this.#definitions = definitions;
  }

  /** By run, probe, stat, layer, unit and distance. */
  get series(): readonly Series[] {
    this.#sorted ??= [...this.#runs.values()].flatMap(({ series }) => series).sort(inOrder);
    return this.#sorted;
  }

  addBuckets(columns: BucketColumns, rows: number, shift: number): void {
    for (let i = 0; i < rows; i++) {
      const { series, run } = this.#find(columns.series[i]!, shift);
      series.addBucket(columns, i);
      run.first = Math.min(run.first, columns.start[i]!);
      run.last = Math.max(run.last, columns.lastStep[i]!);
    }
  }

  addReadings({ series: numbers, step, value }: ReadingColumns): void {
    for (let i = 0; i < step.length; i++) {
      const { series, run } = this.#find(numbers[i]!, 0);
      const at = step[i]!;
      if (at > run.last || at < run.first) this.#extend(run, at);
      series.add(at, value[i]!);
    }
  }

  /** Lets go of the curves of a run. */
  forget(runId: string): void {
    const run = this.#runs.get(runId);
    if (!run) return;
    this.#runs.delete(runId);
    for (const [number, known] of this.#byNumber) if (known.run === run) this.#byNumber.delete(number);
    this.#sorted = undefined;
  }

  #extend(run: RunCurves, step: number): void {
    run.first = Math.min(run.first, step);
    run.last = Math.max(run.last, step);
    const shift = widthFor(run.first, run.last, this.#points);
    if (shift <= run.shift) return;
    run.shift = shift;
    for (const series of run.series) series.widen(shift);
  }

  /** The series of a number, made where it is new; a run that is new begins with width `2 ** shift`. */
  #find(number: number, shift: number): { readonly series: Bucketed; readonly run: RunCurves } {
    const known = this.#byNumber.get(number);
    if (known) return known;
    const key = this.#definitions.series(number);
    let run = this.#runs.get(key.runId);
    if (!run) this.#runs.set(key.runId, (run = { shift, first: Infinity, last: -Infinity, series: [] }));
    const series = new Bucketed(key, run.shift, this.#version);
    run.series.push(series);
    this.#sorted = undefined;
    const found = { series, run };
    this.#byNumber.set(number, found);
    return found;
  }
}

function inOrder(a: Series, b: Series): number {
  return (
    compare(a.runId, b.runId) ||
    compare(a.probe, b.probe) ||
    compare(a.stat, b.stat) ||
    (a.layer ?? -1) - (b.layer ?? -1) ||
    (a.unit ?? -1) - (b.unit ?? -1) ||
    compare(a.distance ?? -Infinity, b.distance ?? -Infinity)
  );
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
