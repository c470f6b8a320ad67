import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import type { AnswerRows, Asker } from "../../feed/server/answers.ts";
import { storeFile } from "../../store/place.ts";
import type { Store } from "../../store/store.ts";
import { copiesOf } from "../owner/copies.ts";
import type { SqlLimits, SqlOrder } from "./protocol.ts";
import { SqlProcess } from "./sql-process.ts";

/** What a stranger's query may take, unless told otherwise. */
export const SQL_LIMITS: SqlLimits = { rows: 10_000, characters: 4_000_000, ms: 10_000, memory: 1 << 30 };
/** Queries that are answered at the same time. */
const MOST = 2;
/** A process that nobody asked for this long is ended. */
const IDLE_MS = 60_000;

/**
 * Answers SQL of strangers about a store in processes of their own, which start when they are asked and end when nobody
 * asks: what a query takes or breaks is theirs, and they are killed when it is too much. A store that this process
 * writes to they see as it was half a second before, at most.
 */
export class SqlPool implements Asker {
  readonly #store: Store;
  readonly #limits: SqlLimits;
  readonly #all = new Set<SqlProcess>();
  readonly #idle = new Map<SqlProcess, NodeJS.Timeout>();
  readonly #waiting: (() => void)[] = [];
  /** Processes that are about to start. */
  #starting = 0;
  #archive: Promise<SqlOrder> | undefined;
  #isClosed = false;

  constructor(store: Store, limits: Partial<SqlLimits> = {}) {
    this.#store = store;
    this.#limits = { ...SQL_LIMITS, ...limits };
  }

  prepare(): void {
    if (this.#count > 0 || this.#isClosed) return;
    this.#start().then(
      (process) => this.#giveBack(process),
      () => undefined,
    );
  }

  async ask(sql: string, signal: AbortSignal = new AbortController().signal): Promise<AnswerRows> {
    const process = await this.#take(signal);
    try {
      return await process.ask(sql, signal);
    } finally {
      this.#giveBack(process);
    }
  }

  /** Ends all processes; what they were asked is rejected. A second call does nothing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#idle.values()) clearTimeout(timer);
    for (const wake of this.#waiting.splice(0)) wake();
    const ended = [...this.#all].map((process) => {
      process.kill("the server was closed");
      return process.ended;
    });
    await Promise.all(ended);
    const archive = await this.#archive?.catch(() => undefined);
    if (archive) await rm(archive.folder, { recursive: true, force: true });
  }

  async #take(signal: AbortSignal): Promise<SqlProcess> {
    while (this.#idle.size === 0 && this.#count >= MOST) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (signal.aborted) this.#waiting.shift()?.();
    signal.throwIfAborted();
    if (this.#isClosed) throw new UserError("the server was closed");
    const [idle] = this.#idle.keys();
    if (idle !== undefined) {
      clearTimeout(this.#idle.get(idle));
      this.#idle.delete(idle);
      return idle;
    }
    return this.#start();
  }

  /** Processes that there are or will be. */
  get #count(): number {
    return this.#all.size + this.#starting;
  }

  async #start(): Promise<SqlProcess> {
    this.#starting += 1;
    try {
      const { isArchive } = this.#store;
      const order = isArchive ? await this.#archived() : this.#order();
      if (this.#isClosed) throw new UserError("the server was closed");
      return this.#begin(order);
    } catch (error) {
      this.#waiting.shift()?.();
      throw error;
    } finally {
      this.#starting -= 1;
    }
  }

  #begin(order: SqlOrder): SqlProcess {
    const process = new SqlProcess(order, this.#store);
    this.#all.add(process);
    void process.ended.then(async () => {
      this.#all.delete(process);
      clearTimeout(this.#idle.get(process));
      this.#idle.delete(process);
      const wake = this.#waiting.shift();
      // The next question, whoever asks it, is not to wait for the start of a process.
      if (wake === undefined && process.hasSteppedAside) this.prepare();
      wake?.();
      if (order.isWritten) await rm(order.folder, { recursive: true, force: true });
    });
    return process;
  }

  #order(): SqlOrder {
    const path = storeFile(this.#store.path);
    return {
      path,
      isWritten: this.#store.isWritable,
      folder: join(copiesOf(path), randomUUID()),
      limits: this.#limits,
    };
  }

  /** The file of an archive, written once; where that fails, the next who asks has it tried again. */
  #archived(): Promise<SqlOrder> {
    this.#archive ??= this.#unpacked().catch((error: unknown) => {
      this.#archive = undefined;
      throw error;
    });
    return this.#archive;
  }

  /** Writes an archive, which lies in this process's memory, to a file that others can read. */
  async #unpacked(): Promise<SqlOrder> {
    const folder = mkdtempSync(join(tmpdir(), "gradstream-"));
    const path = join(folder, "archive.duckdb");
    try {
      await this.#store.saveAs(path);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return { path, isWritten: false, folder, limits: this.#limits };
  }

  #giveBack(process: SqlProcess): void {
    if (!process.isAlive || this.#isClosed) return;
    const end = (): void => {
      this.#idle.delete(process);
      process.kill("idle");
    };
    this.#idle.set(process, setTimeout(end, IDLE_MS).unref());
    this.#waiting.shift()?.();
  }
}
