import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { firstLine } from "./instance.ts";

export interface Column {
  readonly name: string;
  /** DuckDB's name of the type, for example `DOUBLE`, `TIMESTAMP`, `INTEGER[]`. */
  readonly type: string;
}

/**
 * A result held in memory, row by row. Values are plain: integers beyond 2^53 are bigint, dates and timestamps are ISO
 * strings (UTC), lists are arrays, blobs are bytes; NaN and the infinities are kept.
 */
export interface QueryResult {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
}

export type QueryParameter = string | number | boolean | bigint | null;

/** Runs one statement (of several, the last one's rows come back). Throws UserError with the SQL and DuckDB's reason. */
export async function runQuery(
  connection: DuckDBConnection,
  sql: string,
  params: readonly QueryParameter[] = [],
): Promise<QueryResult> {
  try {
    const reader = await connection.runAndReadAll(sql, params as DuckDBValue[]);
    const types = reader.columnTypes().map(String);
    const columns = reader.deduplicatedColumnNames().map((name, i) => ({ name, type: types[i] ?? "" }));
    const rows = reader.getRowsJS().map((row) => plainRow(row, types));
    return { columns, rows };
  } catch (error) {
    const reason = firstLine(error).replace("Error in native callback", "no statement");
    throw new UserError(`${reason} in: ${sql.replace(/\s+/g, " ").trim()}`);
  }
}

/** A row of DuckDB's values as plain ones. */
export function plainRow(row: readonly unknown[], types: readonly string[]): unknown[] {
  return row.map((value, i) => plain(value, types[i]));
}

function plain(value: unknown, type?: string): unknown {
  if (typeof value !== "object" && typeof value !== "bigint") return value;
  if (typeof value === "bigint")
    return type === "TIME" ? clock(value) : Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : isoDate(value, type);
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}

function isoDate(value: Date, type: string | undefined): string {
  return type === "DATE" ? value.toISOString().slice(0, 10) : value.toISOString();
}

function clock(microseconds: bigint): string {
  return new Date(Number(microseconds / 1000n)).toISOString().slice(11, 23);
}
