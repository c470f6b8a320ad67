import type { DuckDBConnection } from "@duckdb/node-api";
import type { QueryParameter } from "./query.ts";
import { momentOf } from "./queries/moment.ts";
import { type ColumnSql, type Select, selectThrough } from "./queries/select.ts";
import { streamThrough } from "./queries/stream.ts";
import type { Moment, Reader, RowBlock } from "./queries/types.ts";

/** A connection of its own: what it reads neither waits for writing nor makes it wait. Calls are served in order. */
export class StoreReader implements Reader {
  readonly #connection: DuckDBConnection;
  readonly #moment: Moment;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
    this.#moment = momentOf(selectThrough(connection));
  }

  snapshot<T>(task: (moment: Moment) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#inOrder(async () => {
      signal?.throwIfAborted();
      return this.#readOnly(() => (signal ? this.#until(signal, task) : task(this.#moment)));
    });
  }

  /**
   * Runs `SELECT columns rest` and gives its blocks as they are asked for, without holding more than one. Other calls wait
   * until the last was taken, or the loop was left.
   */
  async *blocks<Row>(
    columns: ColumnSql<Row>,
    rest: string,
    params: readonly QueryParameter[] = [],
  ): AsyncGenerator<RowBlock<Row>, void, undefined> {
    const before = this.#queue;
    let leave = (): void => undefined;
    this.#queue = new Promise<void>((resolve) => (leave = resolve));
    try {
      await before;
      if (this.#closed) throw new Error("store: this reader is closed");
      yield* streamThrough(this.#connection, columns, rest, params);
    } finally {
      leave();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.interrupt();
    await this.#queue;
    this.#connection.disconnectSync();
  }

  /**
   * Interrupts what a task reads when the signal is aborted. Only that: the transaction around it has to end all the same,
   * or every later read fails in it.
   */
  async #until<T>(signal: AbortSignal, task: (moment: Moment) => Promise<T>): Promise<T> {
    const interrupt = (): void => this.#connection.interrupt();
    signal.addEventListener("abort", interrupt);
    try {
      return await task(momentOf(this.#selectUntil(signal)));
    } finally {
      signal.removeEventListener("abort", interrupt);
    }
  }

  /** An interruption between two queries would not be heard. */
  #selectUntil(signal: AbortSignal): Select {
    const select = selectThrough(this.#connection);
    return (...query) => {
      signal.throwIfAborted();
      return select(...query);
    };
  }

  async #readOnly<T>(task: () => Promise<T>): Promise<T> {
    await this.#connection.run("BEGIN TRANSACTION READ ONLY");
    try {
      return await task();
    } finally {
      await this.#connection.run("ROLLBACK");
    }
  }

  #inOrder<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(() => {
      if (this.#closed) throw new Error("store: this reader is closed");
      return task();
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
