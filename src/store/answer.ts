import { type DuckDBConnection, type DuckDBResultReader, StatementType } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { firstLine } from "./instance.ts";
import { type Column, plainRow } from "./query.ts";

export interface AnswerLimits {
  readonly rows: number;
  /** Milliseconds after which the query is interrupted. */
  readonly ms: number;
}

export interface Answer {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
  /** Whether there are more rows. */
  readonly truncated: boolean;
}

/** Runs one SELECT (also FROM, WITH, VALUES, DESCRIBE, SUMMARIZE, SHOW). Throws UserError with DuckDB's reason. */
export async function answer(connection: DuckDBConnection, sql: string, { rows, ms }: AnswerLimits): Promise<Answer> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    connection.interrupt();
  }, ms);
  try {
    const reader = await run(connection, sql, rows + 1);
    const types = reader.columnTypes().map(String);
    const columns = reader.deduplicatedColumnNames().map((name, i) => ({ name, type: types[i] ?? "" }));
    const all = reader.getRowsJS().map((row) => plainRow(row, types));
    return { columns, rows: all.slice(0, rows), truncated: all.length > rows };
  } catch (error) {
    if (late.signal.aborted) throw new UserError(`the query took longer than ${ms / 1000} s and was stopped`);
    throw error instanceof UserError ? error : new UserError(firstLine(error));
  } finally {
    clearTimeout(timer);
  }
}

async function run(connection: DuckDBConnection, sql: string, rows: number): Promise<DuckDBResultReader> {
  const statements = await connection.extractStatements(sql).catch((error: unknown) => {
    throw new UserError(firstLine(error).replace("Error in native callback", "there is no statement"));
  });
  if (statements.count !== 1) throw new UserError(`one statement at a time: there are ${statements.count}`);
  const statement = await statements.prepare(0);
  try {
    const { statementType, parameterCount } = statement;
    if (statementType !== StatementType.SELECT) {
      throw new UserError(`only SELECT can be run here, not ${StatementType[statementType]}`);
    }
    if (parameterCount > 0) throw new UserError("parameters such as $1 cannot be given here");
    return await statement.streamAndReadUntil(rows);
  } finally {
    statement.destroySync();
  }
}
