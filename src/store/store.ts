import type { Observable } from "rxjs";
import type { Recorded, Run, RunStatus, Training } from "../core/types.ts";
import type { StoreExtension } from "./extension.ts";
import type { QueryParameter, QueryResult, RowValues } from "./query.ts";
import type { StoredCounts } from "./queries/types.ts";
import type { StoreReader } from "./reader.ts";
import type { StoredColumns } from "./reading-columns.ts";
import type { RunNotes } from "./run-notes.ts";
import type { RecordCounts } from "./run-rows.ts";
import type { StoreSource } from "./source.ts";
import type { ReadingsChoice, StoredReading } from "./readings-choice.ts";
import type { Imported, TakingOver } from "./take-over.ts";

/**
 * One open DuckDB file. Writing goes through one connection and reading through another; calls on each are served in
 * the order they were made. Writing to a store opened read-only, and any use after `close`, is an Error.
 */
export interface Store {
  /** Path of the file, as it was given. */
  readonly path: string;
  /** Whether it is an archive, loaded into memory: what is written there by `query` is gone when it is closed. */
  readonly isArchive: boolean;
  /** Whether it is open for writing, by this process alone. */
  readonly isWritable: boolean;
  /** Notices of opening, one line each: a damaged log set aside, interrupted runs found. */
  readonly notices: readonly string[];
  /** Records the run as `running`. @throws {UserError} when its id is already in the store. */
  startRun(run: Run): Promise<void>;
  /**
   * Makes a run that had ended `running` again, as the attempt that it says, and removes what was recorded of `step` and
   * the steps after it, in one transaction. Resolves with what is left.
   *
   * @throws {Error} when the run is not in the store, or is running.
   */
  restartRun(run: Run, step: number): Promise<RecordCounts>;
  /**
   * Removes runs with all that they recorded, in one transaction. Later imports and merges leave them out; trained again, they are
   * there again.
   *
   * @throws {UserError} when one is not in the store, or is running.
   */
  removeRuns(runIds: readonly string[]): Promise<void>;
  /**
   * Sets note or tags of a run, or both; what is absent stays. Resolves with both as they are then.
   *
   * @throws {UserError} when the run is not in the store, or for what is no note or no tag.
   */
  noteRun(runId: string, change: Partial<RunNotes>): Promise<RunNotes>;
  /** Completes the row of a run that has started by what it trains. @throws {Error} when the run is not in the store. */
  noteTraining(runId: string, training: Training): Promise<void>;
  /** Flushes, then sets the final status. `endedAt` in milliseconds since the Unix epoch. */
  finishRun(runId: string, status: Exclude<RunStatus, "running">, endedAt: number): Promise<void>;
  /** Appends the records; they are durable, and visible to `query`, within a second or after `flush`. */
  append(runId: string, records: readonly Recorded[]): Promise<void>;
  /** Grows with all that may have changed what is stored. */
  readonly changes: number;
  /** Grows with what others hear of and look at at once: runs that begin, go on or end, and all but records. */
  readonly runChanges: number;
  /**
   * Calls back whenever records are on disk that were not, with the runs they are of. Returns a function that ends it.
   */
  onStored(listener: (stored: StoredCounts) => void): () => void;
  /**
   * Flushes, and keeps the file and its write-ahead log as they are until `task` is over: what is recorded meanwhile waits
   * in memory. For others to copy them: whoever opens a file of DuckDB's in this process and closes it again lets go of
   * DuckDB's lock.
   */
  hold<T>(task: () => Promise<T>): Promise<T>;
  /**
   * Writes all that is stored to a new database file, as when this one was removed or replaced by others while it was open:
   * DuckDB goes on with the file it had. Closing leaves what stands under the store's name alone from then on.
   *
   * @throws {UserError} when it cannot be written.
   */
  rescue(path: string): Promise<void>;
  /** Writes all that is stored to a new database file. @throws {UserError} when it cannot be written. */
  saveAs(path: string): Promise<void>;
  /** Resolves when everything appended so far is durable: at once where nothing can be appended. */
  flush(): Promise<void>;
  /**
   * Takes over the runs of an archive that are not here yet, and were not removed here.
   *
   * @throws {UserError} when the archive cannot be read whole; nothing is taken over then.
   */
  importArchive(folder: string, choice?: TakingOver): Promise<Imported>;
  /**
   * Takes over the runs of another store or archive that are not here yet, and were not removed here, in one transaction.
   *
   * @throws {UserError} when it cannot be read whole, or has a run that is here with other content.
   */
  merge(source: StoreSource, choice?: TakingOver): Promise<Imported>;
  /**
   * Runs SQL with `?` or `$1` parameters; `query<[string, number]>(…)` says what its rows are.
   *
   * @throws {UserError} with the SQL and DuckDB's reason.
   */
  query<R extends RowValues = RowValues>(sql: string, params?: readonly QueryParameter[]): Promise<QueryResult<R>>;
  /**
   * Streams readings, run by run, in the order in which they were recorded; those appended by now are among them. They are
   * read block by block, as the subscriber keeps up: of a store of any size some thousands are in memory.
   */
  readings(choice?: ReadingsChoice): Observable<StoredReading>;
  /** Reads the same into typed arrays, 40 bytes a reading. */
  columns(choice?: ReadingsChoice): Promise<StoredColumns>;
  /** Opens a further connection to read through; whoever asked for it closes it before the store is closed. */
  openReader(): Promise<StoreReader>;
  /** Flushes, checkpoints and lets go of the file. A second call does nothing. */
  close(): Promise<void>;
}

/** Options of `openStore`. */
export interface StoreOptions {
  /** Opens the file, which must exist, for reading only. Default false. */
  readonly readOnly?: boolean;
  /**
   * Whether it is a copy of a store that is being written to: its runs are under way. Default false: runs that a
   * process which is no more left `running` are marked as interrupted, and its log merged, before the file is read.
   */
  readonly isLive?: boolean;
  /** Tables and views of others that the file has, or gets; each after those whose views it reads. Default: none. */
  readonly extensions?: readonly StoreExtension[];
}
