import type { SeriesKey } from "../protocol/select-series.ts";

/**
 * One curve in buckets whose width is a power of two and whose starts are its multiples, so that they stay put while
 * data grows. The arrays are longer than `length` and are replaced when they grow: read them anew after each change.
 */
export interface Series extends SeriesKey {
  /** Id of its run. */
  readonly runId: string;
  /** Steps per bucket. All series of a run have the same. */
  readonly width: number;
  /** Readings behind the buckets. */
  readonly readings: number;
  /** Buckets that hold a reading; empty ones are left out. */
  readonly length: number;
  /** First step of the bucket. */
  readonly start: Float64Array;
  /** Least finite value of each bucket, NaN where there is none. */
  readonly min: Float64Array;
  /** Greatest finite value of each bucket, NaN where there is none. */
  readonly max: Float64Array;
  /** First step with the least value, -1 where there is none. */
  readonly minStep: Float64Array;
  /** First step with the greatest value, -1 where there is none. */
  readonly maxStep: Float64Array;
  /** The last reading: of the greatest step and, of several at it, the one recorded last. May be NaN or infinite. */
  readonly last: Float64Array;
  /** Step of the last reading. */
  readonly lastStep: Float64Array;
  /** Readings that are not finite. */
  readonly broken: Uint32Array;
  /** Grows with every change. */
  readonly version: number;
}

/** The curves of one request. */
export interface SeriesSet {
  /** Curves, one for each run, probe, stat, layer, unit and distance. */
  readonly series: readonly Series[];
  /** Whether the snapshot has arrived. */
  readonly complete: boolean;
}
