import type { Observable } from "rxjs";
import type { Histogram, Reading, RunEvent, RunState } from "../../core/types.ts";
import type { Filter } from "../protocol/filter.ts";
import type { SeriesSet } from "./series.ts";

export type RunReading = Reading & { readonly runId: string };
export type RunHistogram = Histogram & { readonly runId: string };
export type FeedEvent = RunEvent & { readonly runId: string };

/** How the client stands with the server. Times in milliseconds since the Unix epoch. */
export type ConnectionState =
  | { readonly state: "connecting" }
  /** The server answered; `epoch` names its process, `store` its file. */
  | { readonly state: "live"; readonly epoch: string; readonly store: string }
  | { readonly state: "disconnected"; readonly retryAt: number; readonly code: number; readonly reason: string };

/** A result of SQL; what values are is said in docs/FEED.md. */
export interface QueryRows<Row extends readonly unknown[] = readonly unknown[]> {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Rows, of the type that the query was asked for: nothing checks it. */
  readonly rows: readonly Row[];
  /** Whether there were more rows than the server sends. */
  readonly truncated: boolean;
  /** Milliseconds it took on the server. */
  readonly ms: number;
}

/** Curves to draw: the steps `from` to `to`, in about `points` (500) buckets per series. */
export interface SeriesRequest extends Filter {
  readonly points?: number | undefined;
  readonly from?: number | undefined;
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
  /** Every run the server knows, newest first, whenever one is added or changes. Replays the latest. */
  readonly runs: Observable<readonly RunState[]>;
  /** Every reading that matches, once, in the order of its run: what the store has, then live. */
  readings(filter?: Filter): Observable<RunReading>;
  /** The same of histograms; with `every`, only those at steps that are its multiples. */
  histograms(filter?: Filter & { readonly every?: number | undefined }): Observable<RunHistogram>;
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
  /** Records that the server left out for this client because it was too slow, so far. Replays the latest. */
  readonly skipped: Observable<number>;
  /** Connects at once where it waits to. */
  retryNow(): void;
  close(): void;
}
