import { readFileSync } from "node:fs";
import type { Column } from "../prepare.ts";
import { quoted } from "../quoted.ts";

/** Names of the encodings of archives. */
export const ENCODINGS = ["parquet", "csv", "jsonl"] as const;

/** How the tables of an archive are written as files. */
export type Encoding = (typeof ENCODINGS)[number];

/** Steps and values compress best column by column in the order of series, and where small numbers stay numbers. */
const PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 100";

/** An archive in a folder such as lr=0.1 has no column of that name. */
const FOLDERS = "hive_partitioning = false";

/** Writes the statement that writes the rows of a query to a file. */
export function copySql(encoding: Encoding, sql: string, columns: readonly Column[], path: string): string {
  const options = { parquet: PARQUET, csv: "FORMAT csv, HEADER", jsonl: "FORMAT json" }[encoding];
  const replaced = encoding === "parquet" ? [] : columns.flatMap((column) => textOf(column, encoding));
  const list = replaced.length === 0 ? "*" : `* REPLACE (${replaced.join(", ")})`;
  return `COPY (SELECT ${list} FROM (${sql})) TO ${quoted(path)} (${options})`;
}

/** Writes the rows of a file as a source of SQL. `columns` are those of the table that was written. */
export function fileSql(path: string, columns: readonly Column[]): string {
  const file = quoted(path);
  // Documents are text in these files, so that they come back as they were written.
  const typeOf = ({ type }: Column): string => (type === "JSON" ? "VARCHAR" : type);
  const types = `{${columns.map((column) => `${quoted(column.name)}: ${quoted(typeOf(column))}`).join(", ")}}`;
  if (path.endsWith(".csv")) {
    const dialect = "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"'";
    return `read_csv(${file}, ${dialect}, nullstr = '', allow_quoted_nulls = false, ${FOLDERS}, columns = ${types})`;
  }
  if (path.endsWith(".jsonl"))
    return `read_json(${file}, format = 'newline_delimited', ${FOLDERS}, columns = ${types})`;
  return `read_parquet(${file}, ${FOLDERS})`;
}

/** Returns the columns that a small CSV file has of a table's: it may be of a time when the table had fewer. */
export function columnsIn(path: string, columns: readonly Column[]): readonly Column[] {
  if (!path.endsWith(".csv")) return columns;
  const [header = ""] = readFileSync(path, "utf8").split(/\r?\n/, 1);
  return header.split(",").map((name) => columns.find((one) => one.name === name) ?? { name, type: "VARCHAR" });
}

/** Times are ISO 8601 in UTC. JSON has no number for NaN and the infinities, and documents in it would be written anew. */
function textOf({ name, type }: Column, encoding: "csv" | "jsonl"): string[] {
  const column = `"${name}"`;
  if (type === "TIMESTAMP") return [`strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ') AS ${column}`];
  if (encoding === "csv") return [];
  if (type === "JSON") return [`to_json(${column}::VARCHAR) AS ${column}`];
  if (type !== "DOUBLE") return [];
  const named = `CASE WHEN isnan(${column}) THEN 'NaN' WHEN ${column} > 0 THEN 'Infinity' ELSE '-Infinity' END`;
  return [
    `CASE WHEN isfinite(${column}) THEN to_json(${column}) WHEN ${column} IS NOT NULL THEN to_json(${named}) END AS ${column}`,
  ];
}
