import type { DuckDBConnection } from "@duckdb/node-api";
import { SqlError, UserError } from "../../core/errors.ts";
import { ALLOWED_FUNCTIONS } from "./allowed-functions.ts";

/** What DuckDB's parser makes of SQL. */
interface Parsed {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  /** Characters before what is wrong. */
  readonly position?: string;
  readonly statements?: readonly unknown[];
}

/**
 * Checks that SQL is one SELECT (also FROM, WITH, VALUES, DESCRIBE, SUMMARIZE, SHOW, PIVOT … IN) that calls no function but
 * the allowed ones. DuckDB parses it and binds nothing: binding alone can change an instance.
 *
 * @throws {UserError} naming what is not allowed, or what is wrong with the syntax.
 */
export async function checkSql(connection: DuckDBConnection, sql: string): Promise<void> {
  const { error, error_type, error_message = "", position, statements = [] } = await parse(connection, sql);
  if (error && error_type === "not implemented") {
    throw new UserError(`only SELECT can be run here, not ${firstWord(sql)}`);
  }
  if (error) {
    const [reason = ""] = error_message.split("\n");
    throw new SqlError(reason, position === undefined ? {} : { position: Number(position) });
  }
  if (statements.length === 0) throw new UserError("there is no statement");
  if (statements.length > 1) throw new UserError(`one statement at a time: there are ${statements.length}`);
  for (const node of nodesOf(statements[0])) {
    const { function_name: name, class: kind } = node;
    if (typeof name === "string" && !ALLOWED_FUNCTIONS.has(name.toLowerCase())) {
      throw new UserError(`the function ${name} cannot be called here`);
    }
    if (kind === "PARAMETER") throw new UserError("parameters such as $1 cannot be given here");
  }
}

async function parse(connection: DuckDBConnection, sql: string): Promise<Parsed> {
  const result = await connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)::VARCHAR", [sql]);
  return JSON.parse(result.getRowsJS()[0]![0] as string) as Parsed;
}

/** Every object within a value, however deep. */
function* nodesOf(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next)) yield next as Readonly<Record<string, unknown>>;
    waiting.push(...(Object.values(next) as unknown[]));
  }
}

/** The first word of a statement that is no SELECT, after comments; PIVOT without IN makes a type first. */
function firstWord(sql: string): string {
  const word = /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/|\()*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? "this";
  return word === "PIVOT" ? "PIVOT without the values of its column: write ON column IN (…)" : word;
}
