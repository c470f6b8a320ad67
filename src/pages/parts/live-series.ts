// Keeps one subscription to `feed.series` for what a panel asks, and says from where on a new drawing differs.

import type { Feed, Series, SeriesRequest, SeriesSet } from "../../feed/client/index.ts";

/** Points are asked for in steps of this many, so that a window being resized does not ask at every pixel. */
const POINTS = 200;

interface Seen {
  readonly version: number;
  readonly width: number;
  /** Start of the last bucket but one. */
  readonly last: number;
}

export class LiveSeries {
  readonly #feed: Feed;
  readonly #onChange: () => void;
  #key: string | undefined = "";
  #subscription: { unsubscribe(): void } | undefined;
  #seen = new Map<Series, Seen>();
  #pending = false;
  set: SeriesSet = { series: [], complete: false };
  error: Error | undefined;

  /** `onChange` is called after each change, often; draw in the next frame. */
  constructor(feed: Feed, onChange: () => void) {
    this.#feed = feed;
    this.#onChange = onChange;
  }

  /** Subscribes anew if this filter is another one; what has been drawn stays until the new answer is complete. */
  ask(filter: SeriesRequest | undefined): void {
    const key = filter && JSON.stringify(filter);
    if (key === this.#key) return;
    this.#key = key;
    this.#subscription?.unsubscribe();
    this.error = undefined;
    if (filter === undefined) {
      this.set = { series: [], complete: true };
      return this.#onChange();
    }
    this.#pending = true;
    if (this.set.series.length === 0) this.set = { series: [], complete: false };
    this.#subscription = this.#feed.series(filter).subscribe({
      next: (set) => {
        if (set !== this.set && !set.complete && this.set.series.length > 0 && this.#pending) return;
        this.#pending = !set.complete;
        this.set = set;
        this.#onChange();
      },
      error: (error: Error) => {
        this.error = error;
        this.#onChange();
      },
    });
  }

  /** Returns the x before which nothing has changed since the last call; undefined when all may have. */
  changedFrom(): number | undefined {
    const { series } = this.set;
    let from = Infinity;
    let whole = series.length !== this.#seen.size;
    for (const one of series) {
      const before = this.#seen.get(one);
      if (before?.version === one.version) continue;
      if (before?.width !== one.width) whole = true;
      else from = Math.min(from, before.last);
      const last = one.length > 1 ? one.start[one.length - 2]! : -Infinity;
      this.#seen.set(one, { version: one.version, width: one.width, last });
    }
    if (this.#seen.size > series.length) {
      const kept = new Set(series);
      for (const one of this.#seen.keys()) if (!kept.has(one)) this.#seen.delete(one);
    }
    return whole || from === -Infinity ? undefined : from;
  }

  close(): void {
    this.#subscription?.unsubscribe();
  }
}

/** Returns how many points to ask for, for a chart so wide. */
export const pointsFor = (width: number): number => Math.max(2, Math.ceil(width / POINTS)) * POINTS;
