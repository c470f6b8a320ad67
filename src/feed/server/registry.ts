import type { RunState } from "../../core/types.ts";
import type { SeriesKey } from "../protocol/select-series.ts";

/** A run with its number in this process. */
export interface RunEntry {
  readonly number: number;
  state: RunState;
  /** Records handed out so far in ticks, by kind; undefined for a run that the store had when the server started. */
  published: { readings: number; histograms: number; events: number } | undefined;
  /** How many of these are on disk. */
  stored: RunEntry["published"];
  readonly series: Nested;
  readonly places: Nested;
}

type Nested = Map<unknown, Nested | number>;

interface SeriesEntry extends SeriesKey {
  readonly number: number;
  readonly run: RunEntry;
}

/** What tells one place of histograms of a run from another. */
interface PlaceKey {
  readonly layer: number;
  readonly site: string;
  readonly unit: number | null;
}

export interface PlaceEntry extends PlaceKey {
  readonly number: number;
  readonly run: RunEntry;
}

/** Numbers for runs, series and places of histograms: frames carry those. They never change while the process lives. */
export class Registry {
  readonly runs = new Map<string, RunEntry>();
  readonly #byNumber: RunEntry[] = [];
  readonly #removed = new Set<number>();
  readonly #series: SeriesEntry[] = [];
  readonly #places: PlaceEntry[] = [];

  addRun(state: RunState, isOurs: boolean): RunEntry {
    const published = isOurs ? { readings: 0, histograms: 0, events: 0 } : undefined;
    const stored = published && { ...published };
    const entry = { number: this.#byNumber.length, state, published, stored, series: new Map(), places: new Map() };
    this.runs.set(state.runId, entry);
    this.#byNumber.push(entry);
    return entry;
  }

  /** Its number, and those of its series and places, are nobody else's after it. */
  removeRun({ number, state }: RunEntry): void {
    this.runs.delete(state.runId);
    this.#removed.add(number);
  }

  isRemoved(number: number): boolean {
    return this.#removed.has(number);
  }

  run(number: number): RunEntry {
    return this.#byNumber[number]!;
  }

  series(number: number): SeriesEntry {
    return this.#series[number]!;
  }

  place(number: number): PlaceEntry {
    return this.#places[number]!;
  }

  /** Number of the series that a reading belongs to. */
  seriesOf(run: RunEntry, { probe, stat, layer, unit, distance }: SeriesKey): number {
    const last = child(child(child(child(run.series, probe), stat), layer), unit);
    let number = last.get(distance) as number | undefined;
    if (number === undefined) {
      number = this.#series.length;
      last.set(distance, number);
      this.#series.push({ number, run, probe, stat, layer, unit, distance });
    }
    return number;
  }

  /** Number of the place that a histogram is of. */
  placeOf(run: RunEntry, { layer, site, unit }: PlaceKey): number {
    const last = child(child(run.places, layer), site);
    let number = last.get(unit) as number | undefined;
    if (number === undefined) {
      number = this.#places.length;
      last.set(unit, number);
      this.#places.push({ number, run, layer, site, unit });
    }
    return number;
  }
}

function child(of: Nested, key: unknown): Nested {
  let found = of.get(key) as Nested | undefined;
  if (found === undefined) of.set(key, (found = new Map()));
  return found;
}
