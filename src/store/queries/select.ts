import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from "@duckdb/node-api";
import type { QueryParameter } from "../query.ts";
import type { RowBlock, RowColumns, ColumnValues } from "./types.ts";

/** The SQL of each column of a result. */
export type ColumnSql<Row> = { readonly [Name in keyof Row]: string };

/** Runs `SELECT columns rest`; the columns of the blocks have the names that they have in `columns`. */
export type Select = <Row>(
  columns: ColumnSql<Row>,
  rest: string,
  params?: readonly QueryParameter[],
) => Promise<readonly RowBlock<Row>[]>;

/** Selects through a connection. What columns are read as is the caller's word: DuckDB's values are not looked at. */
export function selectThrough(connection: DuckDBConnection): Select {
  return async <Row>(columns: ColumnSql<Row>, rest: string, params: readonly QueryParameter[] = []) => {
    const { names, sql } = selectSql(columns);
    const result = await connection.run(`${sql} ${rest}`, params as DuckDBValue[]);
    return (await result.fetchAllChunks()).map((chunk) => blockOf<Row>(chunk, names));
  };
}

/** Returns the rows of blocks as objects, for results of few rows. */
export function rowsOf<Row>(blocks: readonly RowBlock<Row>[]): Row[] {
  return blocks.flatMap(({ rowCount, columns }) => {
    const all = Object.entries<ColumnValues<unknown>>(columns);
    const rowAt = (row: number): unknown =>
      Object.fromEntries(all.map(([name, values]) => [name, values.getItem(row)]));
    return Array.from({ length: rowCount }, (_, row) => rowAt(row) as Row);
  });
}

/** Makes values to which a function is applied whenever one is read. */
export function mapped<From, To>(values: ColumnValues<From>, to: (value: From) => To): ColumnValues<To> {
  return { getItem: (row) => to(values.getItem(row)) };
}

/** Writes the beginning of a query, with the names of its columns in their order. */
export function selectSql<Row>(columns: ColumnSql<Row>): { names: readonly (keyof Row & string)[]; sql: string } {
  const names = Object.keys(columns) as (keyof Row & string)[];
  return { names, sql: `SELECT ${names.map((name) => `${columns[name]} AS "${name}"`).join(", ")}` };
}

/** Returns the rows of a chunk as a block whose columns have these names. */
export function blockOf<Row>(chunk: DuckDBDataChunk, names: readonly string[]): RowBlock<Row> {
  const columns = Object.fromEntries(names.map((name, index) => [name, chunk.getColumnVector(index)]));
  return { rowCount: chunk.rowCount, columns: columns as unknown as RowColumns<Row> };
}
