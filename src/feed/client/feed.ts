import type { Observable } from "rxjs";
import type { Histogram, Reading, RunEvent, RunState } from "../../core/types.ts";
import type { ControlCommand } from "../protocol/control.ts";
import type { Declaration } from "../protocol/declaration.ts";
import type { Filter } from "../protocol/filter.ts";
import type { SeriesSet } from "./series.ts";

/** The run that a record is of, by its id. */
export interface OfRun {
  /** Id of the run. */
  readonly runId: string;
}

/** A reading, and the run that it is of. */
export type RunReading = Reading & OfRun;
/** A histogram, and the run that it is of. */
export type RunHistogram = Histogram & OfRun;
/** An event, and the run in which it happened. */
export type FeedEvent = RunEvent & OfRun;

/** The server has not answered yet. */
export interface Connecting {
  /** Tells the states apart. */
  readonly state: "connecting";
}

/** The server answered. */
export interface Connected {
  /** Tells the states apart. */
  readonly state: "live";
  /** Name of the server's process. */
  readonly epoch: string;
  /** File of its store. */
  readonly store: string;
  /** Whether this client may stop, skip and pause trials. */
  readonly controls: boolean;
  /** Whether it may note, tag and remove runs. */
  readonly keeps: boolean;
}

/** The connection is gone, and will be tried again. */
export interface Disconnected {
  /** Tells the states apart. */
  readonly state: "disconnected";
  /** Time of the next attempt, in milliseconds since the Unix epoch. */
  readonly retryAt: number;
  /** The WebSocket's close code. */
  readonly code: number;
  /** The server's reason; empty where it gave none. */
  readonly reason: string;
}

/** Records that this client had been given, and that are no longer there. */
export interface LostRecords extends OfRun {
  /** Kind of the records. */
  readonly kind: "readings" | "histograms" | "events";
  /** Number of lost records, which are the latest of the run. */
  readonly count: number;
}

/** A choice of records of one kind. */
export interface RecordRequest extends Filter {
  /**
   * Whether records come only when they are on disk, half a second later, where no crash can take them. Default false:
   * at once.
   */
  readonly stored?: boolean | undefined;
}

/** A choice of histograms. */
export interface HistogramRequest extends RecordRequest {
  /** Interval of the steps: only histograms at its multiples. Default: all. */
  readonly every?: number | undefined;
}

/** State of the connection between client and server. */
export type ConnectionState = Connecting | Connected | Disconnected;

/** A column of a result. */
export interface QueryColumn {
  /** Its name in the query. */
  readonly name: string;
  /** Its type as DuckDB writes it. */
  readonly type: string;
}

/** A result of SQL; what values are is said in docs/FEED.md. */
export interface QueryRows<Row extends readonly unknown[] = readonly unknown[]> {
  /** Columns in the order of the values of a row. */
  readonly columns: readonly QueryColumn[];
  /** Rows, of the type that the query was asked for: nothing checks it. */
  readonly rows: readonly Row[];
  /** Whether there were more rows than the server sends. */
  readonly truncated: boolean;
  /** Milliseconds it took on the server. */
  readonly ms: number;
}

/** Curves to draw: the steps `from` to `to`, in about `points` (500) buckets per series. */
export interface SeriesRequest extends Filter {
  /** Buckets of a series, about. Default 500. */
  readonly points?: number | undefined;
  /** First step. Default: the first there is. */
  readonly from?: number | undefined;
  /** Last step. Default: the last there is, also of steps to come. */
  readonly to?: number | undefined;
}

/**
 * A connection to a feed that stays connected. Observables are cold: each subscriber asks the server for itself, gets
 * what the store has and then what happens, over reconnects too; they end with `close()` and fail with FeedError when
 * the server refuses what was asked for.
 */
export interface Feed {
  /** Replays the latest. */
  readonly connection: Observable<ConnectionState>;
  /** Every run the server knows, newest first, whenever one is added, changes or is removed. Replays the latest. */
  readonly runs: Observable<readonly RunState[]>;
  /**
   * Arms with their layers and probes, and trials, queued ones too: those that are trained and those that the store
   * has. Emits before the first step, and whenever they change. Replays the latest.
   */
  readonly declarations: Observable<readonly Declaration[]>;
  /** Every reading that matches, once, in the order of its run: what the store has, then live. */
  readings(request?: RecordRequest): Observable<RunReading>;
  /** The same of histograms; with `every`, only those at steps that are its multiples. */
  histograms(request?: HistogramRequest): Observable<RunHistogram>;
  /** The same of events. */
  events(filter?: Filter): Observable<FeedEvent>;
  /**
   * Down-sampled curves, kept up to date. Emits the same mutable set after changes, at most once per animation frame
   * (in a browser) or per 50 ms.
   */
  series(request: SeriesRequest): Observable<SeriesSet>;
  /**
   * Runs one read-only SELECT in the store; `query<[string, number]>(…)` says what its rows are. Rejects with QueryError:
   * the server's reason, or that it is gone.
   */
  query<Row extends readonly unknown[] = readonly unknown[]>(sql: string): Promise<QueryRows<Row>>;
  /**
   * Asks the process that trains to stop, pause or continue a run, to move one of its controls, or to skip a queued trial; or the
   * one that serves a store to note, tag or remove a run. Resolves when that is on its way, or kept; rejects with FeedError where it is
   * not this client's to ask, nothing of that kind is there, or a control has no such value.
   */
  control(command: ControlCommand): Promise<void>;
  /**
   * Records that were passed on and that the store does not have: a process that crashed took them with it, or its run was
   * resumed from an earlier step. They come again if they are recorded again.
   */
  readonly lost: Observable<LostRecords>;
  /** Records that the server left out for this client because it was too slow, so far. Replays the latest. */
  readonly skipped: Observable<number>;
  /** Connects at once where it waits to. */
  retryNow(): void;
  /** Leaves the server; every observable ends. */
  close(): void;
}
