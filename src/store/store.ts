import type { Recorded, Run, RunStatus, Training } from "../core/types.ts";
import type { QueryParameter, QueryResult } from "./query.ts";
import type { StoreReader } from "./reader.ts";

/**
 * One open DuckDB file. Writing goes through one connection and reading through another; calls on each are served in
 * the order they were made. Writing to a store opened read-only, and any use after `close`, is an Error.
 */
export interface Store {
  /** Path of the file, as it was given. */
  readonly path: string;
  /** What opening had to say, one line each: a damaged log set aside, interrupted runs found. */
  readonly notices: readonly string[];
  /** Records the run as `running`. Throws UserError when its id is already in the store. */
  startRun(run: Run): Promise<void>;
  /** Completes the row of a run that has started by what it trains. Throws Error when the run is not in the store. */
  noteTraining(runId: string, training: Training): Promise<void>;
  /** Flushes, then sets the final status. `endedAt` in milliseconds since the Unix epoch. */
  finishRun(runId: string, status: Exclude<RunStatus, "running">, endedAt: number): Promise<void>;
  /** Takes the records; they are durable, and visible to `query`, within a second or after `flush`. */
  append(runId: string, records: readonly Recorded[]): Promise<void>;
  /** Resolves when everything appended so far is durable: at once where nothing can be appended. */
  flush(): Promise<void>;
  /** Runs SQL with `?` or `$1` parameters. Throws UserError carrying the SQL and DuckDB's reason. */
  query(sql: string, params?: readonly QueryParameter[]): Promise<QueryResult>;
  /** A further connection to read through; whoever asked for it closes it before the store is closed. */
  openReader(): Promise<StoreReader>;
  /** From now on no SQL in this store, whoever wrote it, can touch another file or the network. Cannot be undone. */
  seal(): Promise<void>;
  /** Flushes, checkpoints and lets go of the file. A second call does nothing. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Changes nothing in the file; it must exist. */
  readonly readOnly?: boolean;
}
