import type { Histogram, Reading, Recorded, RunEvent } from "./types.ts";

/**
 * Tells whether a record is a reading: for `filter` of rxjs or of lists, which then have readings alone.
 *
 * @example
 * ```ts
 * import { isReading, type Recorded } from "gradstream";
 *
 * const records: Recorded[] = [{ kind: "reading", step: 0, probe: "loss", stat: "loss", value: 2.3 }];
 * console.log(records.filter(isReading).map(({ value }) => value)); // [ 2.3 ]
 * ```
 */
export function isReading(record: Recorded): record is Reading {
  return record.kind === "reading";
}

/** Tells whether a record is a histogram. */
export function isHistogram(record: Recorded): record is Histogram {
  return record.kind === "histogram";
}

/** Tells whether a record is an event. */
export function isEvent(record: Recorded): record is RunEvent {
  return record.kind === "event";
}
