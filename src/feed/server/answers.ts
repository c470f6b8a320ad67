import { UserError } from "../../core/errors.ts";
import type { Reader } from "../../store/queries/types.ts";
import { encodeNumber } from "../protocol/number.ts";
import type { Connection } from "./connection.ts";

const ROWS = 10_000;
const CHARACTERS = 4_000_000;
const TIMEOUT_MS = 10_000;
/** Queries of one client that are served or wait. */
const IN_FLIGHT = 4;

/** Answers SQL of clients, one query at a time, on a connection that nothing else waits for. */
export class Answers {
  readonly #reader: Reader;
  readonly #timeout: number;
  readonly #inFlight = new WeakMap<Connection, number>();

  constructor(reader: Reader, timeout = TIMEOUT_MS) {
    this.#reader = reader;
    this.#timeout = timeout;
  }

  /** Sends the rows, or an error. Never rejects. */
  async answer(connection: Connection, id: number, sql: string): Promise<void> {
    const before = this.#inFlight.get(connection) ?? 0;
    if (before >= IN_FLIGHT) {
      return connection.say({
        type: "error",
        id,
        message: `query: at most ${IN_FLIGHT} at a time; wait for an answer`,
      });
    }
    this.#inFlight.set(connection, before + 1);
    try {
      const start = performance.now();
      const limits = { rows: ROWS, characters: CHARACTERS, ms: this.#timeout };
      const { columns, rows, truncated } = await this.#reader.ask(sql, limits);
      const ms = performance.now() - start;
      connection.say({ type: "rows", id, columns, rows: rows.map((row) => row.map(encode)), truncated, ms });
    } catch (error) {
      const reason = error instanceof UserError ? error.message : "the store could not be read";
      connection.say({ type: "error", id, message: reason });
    } finally {
      this.#inFlight.set(connection, this.#inFlight.get(connection)! - 1);
    }
  }
}

/** A value that JSON can carry. */
function encode(value: unknown): unknown {
  if (typeof value === "number") return encodeNumber(value);
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]));
  }
  return value;
}
