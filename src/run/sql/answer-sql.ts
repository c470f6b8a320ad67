import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../../core/errors.ts";
import { encodeNumber } from "../../feed/protocol/number.ts";
import { plain } from "../../store/plain.ts";
import { prepare } from "../../store/prepare.ts";
import type { Column } from "../../store/query.ts";
import { readSqlError } from "../../store/read-sql-error.ts";
import type { SqlLimits } from "./protocol.ts";

/** Characters of rows that are handed on at once. */
const PIECE = 64 * 1024;

/** Who gets the answer of a query, piece by piece; each piece is waited for. */
export interface Answered {
  columns(columns: readonly Column[]): Promise<void>;
  /** Some rows, each as a JSON array, with commas between them. */
  rows(json: string): Promise<void>;
}

/**
 * Runs one SELECT, which has been checked, in a read-only transaction, and hands its rows on as they are computed. Returns
 * whether there are more than the limits allow.
 *
 * @throws {SqlError} with DuckDB's reason.
 */
export async function answerSql(
  connection: DuckDBConnection,
  sql: string,
  { rows: most, characters }: Pick<SqlLimits, "rows" | "characters">,
  answered: Answered,
): Promise<boolean> {
  try {
    await connection.run("BEGIN TRANSACTION READ ONLY");
    try {
      const { result, columns } = await begin(connection, sql);
      await answered.columns(columns);
      let [rows, size, piece] = [0, 0, ""];
      for await (const chunk of result.yieldRows()) {
        for (const row of chunk) {
          const json = JSON.stringify(row.map((value) => encode(plain(value))));
          if (rows === most || size + json.length > characters) {
            if (piece !== "") await answered.rows(piece);
            return true;
          }
          rows++;
          size += json.length;
          piece += piece === "" ? json : `,${json}`;
          if (piece.length < PIECE) continue;
          await answered.rows(piece);
          piece = "";
        }
      }
      if (piece !== "") await answered.rows(piece);
      return false;
    } finally {
      await connection.run("ROLLBACK");
    }
  } catch (error) {
    throw error instanceof UserError ? error : readSqlError(String(error).replace(/^Error: /, ""), sql);
  }
}

/** Begins the query; rows are computed as they are asked for. */
async function begin(connection: DuckDBConnection, sql: string) {
  const statements = await connection.extractStatements(sql);
  const { statement, columnsOf } = await prepare(connection, statements, 0, sql);
  try {
    const result = await statement.stream();
    return { result, columns: columnsOf(result) };
  } finally {
    statement.destroySync();
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
