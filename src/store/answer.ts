import { type DuckDBConnection, type DuckDBResult, StatementType } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { firstLine } from "./instance.ts";
import { plain } from "./plain.ts";
import { type Column, prepare } from "./prepare.ts";

/** How much, and how long, a query may be answered. */
export interface AnswerLimits {
  readonly rows: number;
  /** Roughly, of all values as text. */
  readonly characters: number;
  /** Milliseconds after which the query is interrupted. */
  readonly ms: number;
}

/** The rows of a query, as far as they were asked for. */
export interface Answer {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
  /** Whether there are more rows. */
  readonly truncated: boolean;
}

/** Runs one SELECT (also FROM, WITH, VALUES, DESCRIBE, SUMMARIZE, SHOW). @throws {UserError} with DuckDB's reason. */
export async function answer(
  connection: DuckDBConnection,
  sql: string,
  { rows, characters, ms }: AnswerLimits,
): Promise<Answer> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    connection.interrupt();
  }, ms);
  try {
    const { result, columns } = await run(connection, sql);
    const kept: unknown[][] = [];
    let size = 0;
    for await (const chunk of result.yieldRows()) {
      for (const row of chunk) {
        const values = row.map(plain);
        size += values.reduce<number>((sum, value) => sum + sizeOf(value), 0);
        if (kept.length === rows || size > characters) return { columns, rows: kept, truncated: true };
        kept.push(values);
      }
    }
    return { columns, rows: kept, truncated: false };
  } catch (error) {
    if (late.signal.aborted) throw new UserError(`the query took longer than ${ms / 1000} s and was stopped`);
    throw error instanceof UserError ? error : new UserError(firstLine(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Begins the query; rows are computed as they are asked for. */
async function run(
  connection: DuckDBConnection,
  sql: string,
): Promise<{ readonly result: DuckDBResult; readonly columns: readonly Column[] }> {
  const statements = await connection.extractStatements(sql).catch((error: unknown) => {
    throw new UserError(firstLine(error).replace("Error in native callback", "there is no statement"));
  });
  if (statements.count !== 1) throw new UserError(`one statement at a time: there are ${statements.count}`);
  const { statement, columnsOf } = await prepare(connection, statements, 0, sql);
  try {
    const { statementType, parameterCount } = statement;
    if (statementType !== StatementType.SELECT) {
      throw new UserError(`only SELECT can be run here, not ${StatementType[statementType]}`);
    }
    if (parameterCount > 0) throw new UserError("parameters such as $1 cannot be given here");
    const result = await statement.stream();
    return { result, columns: columnsOf(result) };
  } finally {
    statement.destroySync();
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length + 3;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 2);
  if (typeof value === "object" && value !== null) return sizeOf(Object.entries(value));
  return 8;
}
