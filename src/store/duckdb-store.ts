import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Observable } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Recorded, Run, RunStatus, Training } from "../core/types.ts";
import { firstLine } from "./instance.ts";
import { type QueryParameter, type QueryResult, type RowValues, runQuery } from "./query.ts";
import { StoreReader } from "./reader.ts";
import type { StoreSource } from "./source.ts";
import type { StoredColumns } from "./reading-columns.ts";
import type { StoredCounts } from "./queries/types.ts";
import { StoredTally } from "./stored-counts.ts";
import { removeRuns } from "./remove-runs.ts";
import { type RunNotes, updateNotes } from "./run-notes.ts";
import { insertRun, type RecordCounts, restartRun, updateRun, updateTraining } from "./run-rows.ts";
import { saveAs } from "./save-as.ts";
import type { Store } from "./store.ts";
import type { ReadingsChoice, StoredReading } from "./readings-choice.ts";
import { storedColumns, storedReadings } from "./stored-readings.ts";
import { type Imported, takeOverRuns, type TakingOver } from "./take-over.ts";
import type { Writer } from "./writer.ts";

/** How often what was appended is written to disk: with the way of a record to here, within a second of its step. */
const FLUSH_MS = 500;

interface StoreParts {
  readonly path: string;
  readonly isArchive: boolean;
  readonly notices: readonly string[];
  readonly instance: DuckDBInstance;
  readonly writing: DuckDBConnection;
  readonly reading: DuckDBConnection;
  /** Absent when the store is open for reading only. */
  readonly writer: Writer | undefined;
  /** Called once, when the file has been let go. */
  readonly onClose: () => void;
}

/** A `Store` over an opened and migrated DuckDB file; `openStore` makes it. */
export class DuckDbStore implements Store {
  readonly path: string;
  readonly isArchive: boolean;
  readonly notices: readonly string[];
  readonly #parts: StoreParts;
  readonly #timer: NodeJS.Timeout | undefined;
  #writes: Promise<unknown> = Promise.resolve();
  #reads: Promise<unknown> = Promise.resolve();
  #flushed = performance.now();
  #closed: Promise<void> | undefined;
  #failure: UserError | undefined;
  #changes = 0;
  #runChanges = 0;
  #isRescued = false;
  readonly #tally = new StoredTally();

  constructor(parts: StoreParts) {
    this.path = parts.path;
    this.isArchive = parts.isArchive;
    this.notices = parts.notices;
    this.#parts = parts;
    if (parts.writer === undefined) return;
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), FLUSH_MS);
    this.#timer.unref();
  }

  get runChanges(): number {
    return this.#runChanges;
  }

  get isWritable(): boolean {
    return this.#parts.writer !== undefined;
  }

  onStored(listener: (stored: StoredCounts) => void): () => void {
    return this.#tally.listen(listener);
  }

  get changes(): number {
    return this.#changes;
  }

  startRun(run: Run): Promise<void> {
    return this.#change(async () => {
      await insertRun(this.#parts.writing, run);
      this.#tally.begin(run.runId);
    });
  }

  restartRun(run: Run, step: number): Promise<RecordCounts> {
    return this.#change(async (writer) => {
      this.#flushNow(writer);
      const left = await restartRun(this.#parts.writing, run, step);
      this.#tally.begin(run.runId, left);
      return left;
    });
  }

  removeRuns(runIds: readonly string[]): Promise<void> {
    return this.#change(async (writer) => {
      this.#flushNow(writer);
      await removeRuns(this.#parts.writing, runIds);
    });
  }

  noteRun(runId: string, change: Partial<RunNotes>): Promise<RunNotes> {
    return this.#change(() => updateNotes(this.#parts.writing, runId, change));
  }

  noteTraining(runId: string, training: Training): Promise<void> {
    return this.#change(() => updateTraining(this.#parts.writing, runId, training));
  }

  finishRun(runId: string, status: Exclude<RunStatus, "running">, endedAt: number): Promise<void> {
    return this.#change(async (writer) => {
      this.#flushNow(writer);
      await updateRun(this.#parts.writing, runId, status, endedAt);
      this.#tally.end(runId);
    });
  }

  append(runId: string, records: readonly Recorded[]): Promise<void> {
    this.#changes++;
    return this.#write((writer) => {
      writer.append(runId, records);
      this.#tally.appended(runId, records);
      if (performance.now() - this.#flushed >= FLUSH_MS) this.#flushNow(writer);
    });
  }

  flush(): Promise<void> {
    if (this.#parts.writer === undefined) return Promise.resolve();
    return this.#write((writer) => this.#flushNow(writer));
  }

  hold<T>(task: () => Promise<T>): Promise<T> {
    return this.#write(async (writer) => {
      this.#flushNow(writer);
      const held = this.#reads.then(task);
      this.#reads = held.catch(() => undefined);
      return held;
    });
  }

  async rescue(path: string): Promise<void> {
    await this.saveAs(path);
    await this.query("PRAGMA disable_checkpoint_on_shutdown");
    this.#isRescued = true;
  }

  async saveAs(path: string): Promise<void> {
    await this.flush();
    const saved = this.#reads.then(() => saveAs(this.#parts.reading, path));
    this.#reads = saved.catch(() => undefined);
    return saved;
  }

  importArchive(folder: string, choice: TakingOver = {}): Promise<Imported> {
    return this.#takeOver({ name: folder, file: folder, isArchive: true }, { ...choice, isStrict: false });
  }

  merge(source: StoreSource, choice: TakingOver = {}): Promise<Imported> {
    return this.#takeOver(source, { ...choice, isStrict: true });
  }

  #takeOver(source: StoreSource, how: TakingOver & { readonly isStrict: boolean }): Promise<Imported> {
    return this.#change(async (writer) => {
      this.#flushNow(writer);
      const connection = await this.#parts.instance.connect();
      try {
        return await takeOverRuns(connection, source, how);
      } finally {
        connection.disconnectSync();
      }
    });
  }

  query<R extends RowValues = RowValues>(sql: string, params: readonly QueryParameter[] = []): Promise<QueryResult<R>> {
    if (this.#closed !== undefined) return Promise.reject(new Error(`${this.path}: the store is closed`));
    this.#changes++;
    this.#runChanges++;
    const result = this.#reads.then(() => runQuery<R>(this.#parts.reading, sql, params));
    this.#reads = result.catch(() => undefined);
    return result;
  }

  readings(choice: ReadingsChoice = {}): Observable<StoredReading> {
    return storedReadings(this, choice);
  }

  columns(choice: ReadingsChoice = {}): Promise<StoredColumns> {
    return storedColumns(this, choice);
  }

  async openReader(): Promise<StoreReader> {
    if (this.#closed !== undefined) throw new Error(`${this.path}: the store is closed`);
    return new StoreReader(await this.#parts.instance.connect());
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed ??= this.#close(Promise.all([this.#writes, this.#reads]));
    return this.#closed;
  }

  async #close(pending: Promise<unknown>): Promise<void> {
    await pending;
    const { instance, writing, reading, writer, onClose } = this.#parts;
    try {
      writer?.close();
      if (writer !== undefined && !this.#isRescued) await writing.run("CHECKPOINT");
    } catch (error) {
      throw this.#explain(error);
    } finally {
      writing.disconnectSync();
      reading.disconnectSync();
      instance.closeSync();
      onClose();
    }
  }

  #change<T>(task: (writer: Writer) => T | Promise<T>): Promise<T> {
    this.#changes++;
    this.#runChanges++;
    return this.#write(task);
  }

  #write<T>(task: (writer: Writer) => T | Promise<T>): Promise<T> {
    const { path } = this;
    const writer = this.#parts.writer;
    if (this.#closed !== undefined) return Promise.reject(new Error(`${path}: the store is closed`));
    if (writer === undefined) return Promise.reject(new Error(`${path}: the store is open for reading only`));
    const done = this.#writes.then(() => {
      if (this.#failure !== undefined) throw this.#failure;
      return task(writer);
    });
    this.#writes = done.catch(() => undefined);
    return done;
  }

  #flushNow(writer: Writer): void {
    try {
      writer.flush();
      this.#flushed = performance.now();
    } catch (error) {
      this.#failure = this.#explain(error);
      throw this.#failure;
    }
    this.#tally.flushed();
  }

  #explain(error: unknown): UserError {
    return new UserError(`${this.path}: cannot write: ${firstLine(error)}`);
  }
}
