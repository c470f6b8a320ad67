import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from "@duckdb/node-api";
import { answer, type Answer, type AnswerLimits } from "./answer.ts";
import type { QueryParameter } from "./query.ts";

/** Some rows of a result, column by column, without an object per row. */
export interface Chunk {
  readonly rowCount: number;
  column(index: number): { getItem(row: number): unknown };
}

export type Select = (sql: string, params?: readonly QueryParameter[]) => Promise<readonly Chunk[]>;

/** A connection of its own: what it reads neither waits for writing nor makes it wait. Calls are served in order. */
export class StoreReader {
  readonly #connection: DuckDBConnection;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Runs several SELECTs that all see the store as it is at the first of them. */
  snapshot<T>(task: (select: Select) => Promise<T>): Promise<T> {
    return this.#inOrder(async () => {
      const select: Select = async (sql, params = []) => {
        const result = await this.#connection.run(sql, params as DuckDBValue[]);
        return (await result.fetchAllChunks()).map(chunkOf);
      };
      return this.#readOnly(() => task(select));
    });
  }

  /** Runs SQL that a stranger wrote. Throws UserError when it is not one SELECT, fails, or takes too long. */
  ask(sql: string, limits: AnswerLimits): Promise<Answer> {
    return this.#inOrder(() => this.#readOnly(() => answer(this.#connection, sql, limits)));
  }

  /** Ends what is running and lets go of the connection. A second call does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.interrupt();
    await this.#queue;
    this.#connection.disconnectSync();
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

function chunkOf(chunk: DuckDBDataChunk): Chunk {
  return { rowCount: chunk.rowCount, column: (index) => chunk.getColumnVector(index) };
}
