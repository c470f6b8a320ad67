import type { EventLevel, RunState } from "../../core/types.ts";

/** Kinds of records, each in a table of its own. */
export type RecordKind = "readings" | "histograms" | "events";

/** Values of one column of a block. */
export interface ColumnValues<T> {
  getItem(row: number): T;
}

/** The columns of such rows, by their names. */
export type RowColumns<Row> = { readonly [Name in keyof Row]: ColumnValues<Row[Name]> };

/** Some rows of a result, column by column, without an object per row. */
export interface RowBlock<Row> {
  readonly rowCount: number;
  readonly columns: RowColumns<Row>;
}

/** What a series of a run is of, with null for what is absent. */
export interface SeriesNames {
  readonly probe: string;
  readonly stat: string;
  readonly layer: number | null;
  readonly unit: number | null;
  readonly distance: number | null;
}

/** What tells a series from all others. `series` is a hash of the rest: names need not be read in every row. */
export interface SeriesRow extends SeriesNames {
  readonly series: bigint;
  readonly runId: string;
}

/** A reading as its query gives it. */
export interface ReadingRow extends SeriesRow {
  readonly step: number;
  readonly value: number | null;
}

/** The readings of one series whose steps are `start` to below `start` plus the width of buckets. */
export interface BucketRow extends SeriesRow {
  readonly start: number;
  /** Least and greatest finite value with the first steps that have them; null where there is none. */
  readonly min: number | null;
  readonly minStep: number | null;
  readonly max: number | null;
  readonly maxStep: number | null;
  /** Of the greatest step; of several at it, the one appended last. */
  readonly last: number | null;
  readonly lastStep: number;
  readonly readings: number;
  /** Readings that are not finite. */
  readonly broken: number;
}

/** A histogram as its query gives it. */
export interface HistogramRow {
  readonly runId: string;
  readonly layer: number;
  readonly site: string;
  readonly unit: number | null;
  readonly lo: number;
  readonly hi: number;
  readonly step: number;
  readonly counts: readonly number[];
}

/** An event as its query gives it. */
export interface EventRow {
  readonly runId: string;
  readonly step: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly level: EventLevel;
  readonly name: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/**
 * Which records are wanted. What is absent lets everything through. Patterns are names, with `*` for any characters; a
 * histogram counts as probe `histogram` with its site as stat, and of events only the run and the step are looked at.
 */
export interface RecordsWanted {
  /** Ids. */
  readonly runs?: readonly string[] | undefined;
  readonly probes?: readonly string[] | undefined;
  readonly stats?: readonly string[] | undefined;
  readonly layers?: readonly number[] | "none" | "any" | undefined;
  readonly units?: readonly number[] | "none" | "any" | undefined;
  readonly distances?: "none" | "any" | undefined;
  /** First and last step. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Only steps that are multiples of it. */
  readonly every?: number | undefined;
}

/** Row numbers, which grow with appending: those above `after`, up to `to`. */
export interface RowWindow {
  readonly after: number;
  readonly to: number;
}

/** What a run was described to train. `probes` and `layers` are JSON, null where that was not recorded. */
export interface StoredTraining {
  readonly runId: string;
  readonly experiment: string;
  readonly pipeline: string;
  readonly arm: string;
  readonly seed: number;
  readonly steps: number;
  readonly network: string;
  readonly probes: string | null;
  readonly layers: string | null;
}

/** First and last step of a run's readings. */
export interface Span {
  readonly runId: string;
  readonly first: number;
  readonly last: number;
}

/**
 * The store as it is at one moment. Rows are only appended, except when a run is removed or restarted; their numbers only
 * grow.
 */
export interface Moment {
  /** All runs, oldest first. One still `running` counts as `interrupted`: the caller knows which are under way. */
  storedRuns(): Promise<readonly RunState[]>;
  /** What each of them was described to train, in the same order. */
  storedTrainings(): Promise<readonly StoredTraining[]>;
  /** How many records of a kind there are of each of the runs, 0 included. */
  marks(kind: RecordKind, runIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Number of the last row of a kind, -1 where there is none. */
  lastRow(kind: RecordKind): Promise<number>;
  /** Of each run that has wanted readings. */
  spans(wanted: RecordsWanted): Promise<readonly Span[]>;
  /** The wanted readings in buckets of `2 ** shift` steps, ordered by series and start. */
  buckets(wanted: RecordsWanted, shift: number): Promise<readonly RowBlock<BucketRow>[]>;
  /** Wanted records of a window, in the order in which they were appended. */
  readings(wanted: RecordsWanted, window: RowWindow): Promise<readonly RowBlock<ReadingRow>[]>;
  histograms(wanted: RecordsWanted, window: RowWindow): Promise<readonly RowBlock<HistogramRow>[]>;
  events(wanted: RecordsWanted, window: RowWindow): Promise<readonly RowBlock<EventRow>[]>;
}

/** Reads the store beside its writer. Calls are served in order. */
export interface Reader {
  /**
   * Runs queries that all see the store as it is at the first of them. Aborted, it ends at once, what is running too, or
   * does not begin, and rejects.
   */
  snapshot<T>(task: (moment: Moment) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Ends what is running and lets go of the connection. A second call does nothing. */
  close(): Promise<void>;
}

/** Numbers of records of each kind that a run has on disk, where a crash of this process cannot take them. */
export type StoredCounts = ReadonlyMap<string, Readonly<Record<RecordKind, number>>>;
