import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { QueryParameter } from "../query.ts";
import { blockOf, type ColumnSql, selectSql } from "./select.ts";
import type { RowBlock } from "./types.ts";

/** Runs `SELECT columns rest` and gives its blocks one by one, as they are asked for: DuckDB goes no further than that. */
export async function* streamThrough<Row>(
  connection: DuckDBConnection,
  columns: ColumnSql<Row>,
  rest: string,
  params: readonly QueryParameter[] = [],
): AsyncGenerator<RowBlock<Row>, void, undefined> {
  const { names, sql } = selectSql(columns);
  const result = await connection.stream(`${sql} ${rest}`, params as DuckDBValue[]);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield blockOf<Row>(chunk, names);
  }
}
