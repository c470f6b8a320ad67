import { SqlError, type SqlFault, UserError } from "../../core/errors.ts";
import { LIMITS } from "../protocol/protocol.ts";
import type { Connection } from "./connection.ts";

/** The answer to a query. */
export interface AnswerRows {
  /** Names and types of the columns, as DuckDB calls them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** JSON of rows, each an array, with commas between rows and, where there are several, between pieces. */
  readonly json: readonly string[];
  /** Whether there are more rows. */
  readonly truncated: boolean;
}

/** Answers SQL that a stranger wrote. */
export interface Asker {
  /** Somebody is there who may ask: gets ready, so that the first answer does not wait for that. */
  prepare(): void;
  /** Rejects with UserError when it may not be run, fails, takes too long or too much; aborted, with any error. */
  ask(sql: string, signal: AbortSignal): Promise<AnswerRows>;
}

/** What one client has asked. */
interface Asked {
  count: number;
  /** Resolves when all of it is answered. */
  last: Promise<void>;
}

/** Answers SQL of clients. Queries of one client are answered one after the other, those of several side by side. */
export class Answers {
  readonly #asker: Asker | undefined;
  readonly #asked = new WeakMap<Connection, Asked>();

  constructor(asker: Asker | undefined) {
    this.#asker = asker;
  }

  /** A client is there. */
  prepare(): void {
    this.#asker?.prepare();
  }

  /** Sends the rows, or an error, unless the client goes first. Never rejects. */
  async answer(connection: Connection, id: number, sql: string): Promise<void> {
    const refuse = (message: string, fault: SqlFault = {}): void =>
      connection.say({ type: "error", id, message, ...fault });
    const asker = this.#asker;
    if (asker === undefined) return refuse("query: this server answers no SQL");
    const asked = this.#asked.get(connection) ?? { count: 0, last: Promise.resolve() };
    this.#asked.set(connection, asked);
    if (asked.count >= LIMITS.queries) return refuse(`query: at most ${LIMITS.queries} at a time; wait for an answer`);
    asked.count++;
    const start = performance.now();
    asked.last = asked.last.then(async () => {
      if (!connection.isOpen) return;
      try {
        const { columns, json, truncated } = await asker.ask(sql, connection.gone);
        const ms = performance.now() - start;
        connection.send(
          `{"type":"rows","id":${id},"columns":${JSON.stringify(columns)},"rows":[${json.join(",")}],` +
            `"truncated":${truncated},"ms":${ms}}`,
        );
      } catch (error) {
        if (error instanceof SqlError) refuse(error.message, error.fault);
        else refuse(error instanceof UserError ? error.message : "the store could not be read");
      } finally {
        asked.count--;
      }
    });
    return asked.last;
  }
}
