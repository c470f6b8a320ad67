import { decodeNumber, type WireNumber } from "../protocol/number.ts";
import type { PlaceDefinition, SeriesDefinition } from "../protocol/server-messages.ts";
import type { SeriesKey } from "../protocol/select-series.ts";

export type RunSeriesKey = SeriesKey & { readonly runId: string };

/** Where a histogram was taken. */
export interface HistogramPlace {
  readonly runId: string;
  readonly layer: number;
  readonly site: string;
  readonly unit: number | null;
}

/** What the numbers of runs, series and histograms stand for. They hold for one server process. */
export class Definitions {
  readonly #runs = new Map<number, string>();
  readonly #series = new Map<number, RunSeriesKey>();
  readonly #places = new Map<number, HistogramPlace>();

  defineRun(run: number, runId: string): void {
    this.#runs.set(run, runId);
  }

  define(series: readonly SeriesDefinition[], places: readonly PlaceDefinition[]): void {
    for (const [number, run, probe, stat, layer, unit, distance] of series) {
      const key = { runId: this.run(run), probe, stat, layer, unit };
      this.#series.set(number, { ...key, distance: distance === null ? null : decodeNumber(distance as WireNumber) });
    }
    for (const [number, run, layer, site, unit] of places) {
      this.#places.set(number, { runId: this.run(run), layer, site, unit });
    }
  }

  run(number: number): string {
    return known(this.#runs.get(number), "run", number);
  }

  series(number: number): RunSeriesKey {
    return known(this.#series.get(number), "series", number);
  }

  place(number: number): HistogramPlace {
    return known(this.#places.get(number), "histogram", number);
  }
}

function known<T>(value: T | undefined, what: string, number: number): T {
  if (value === undefined) throw new Error(`feed: ${what} ${number} was not defined`);
  return value;
}
