import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { plain } from "./plain.ts";
import { type Column, prepare } from "./prepare.ts";
import { readSqlError } from "./read-sql-error.ts";

export type { Column };

/** Values of one row of a result, in the order of its columns. */
export type RowValues = readonly unknown[];

/** A result held in memory, row by row; what values are is said at `plain`. */
export interface QueryResult<R extends RowValues = RowValues> {
  /** Names and types of the columns. */
  readonly columns: readonly Column[];
  /** Rows, of the type that the query was asked for: nothing checks it. */
  readonly rows: readonly R[];
}

/** A value of a parameter of a statement. */
export type QueryParameter = string | number | boolean | bigint | null;

/** Runs one statement (of several, the last one's rows come back). @throws {UserError} with the SQL and DuckDB's reason. */
export async function runQuery<R extends RowValues = RowValues>(
  connection: DuckDBConnection,
  sql: string,
  params: readonly QueryParameter[] = [],
): Promise<QueryResult<R>> {
  try {
    const statements = await connection.extractStatements(sql);
    const last = statements.count - 1;
    for (let index = 0; index < last; index++) await runOnly(await statements.prepare(index));
    const { statement, columnsOf } = await prepare(connection, statements, last, sql);
    try {
      if (params.length > 0) statement.bind(params as DuckDBValue[]);
      const reader = await statement.runAndReadAll();
      return {
        columns: columnsOf(reader),
        rows: reader.getRows().map((row) => row.map(plain) as readonly unknown[] as R),
      };
    } finally {
      statement.destroySync();
    }
  } catch (error) {
    const said = (error as Error).message.replace("Error in native callback", "no statement");
    const { message } = readSqlError(said, sql);
    throw new UserError(`${message} in: ${sql.replace(/\s+/g, " ").trim()}`);
  }
}

async function runOnly(statement: DuckDBPreparedStatement): Promise<void> {
  try {
    await statement.run();
  } finally {
    statement.destroySync();
  }
}
