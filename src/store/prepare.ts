import {
  type DuckDBConnection,
  type DuckDBExtractedStatements,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  type DuckDBResultReader,
  type DuckDBType,
  DuckDBTypeId,
  StatementType,
} from "@duckdb/node-api";
import { quoted, quotedName } from "./quoted.ts";

/** A column of a result. */
export interface Column {
  /** Name, as the query gives it. */
  readonly name: string;
  /** DuckDB's name of the type, for example `DOUBLE`, `TIMESTAMP`, `INTEGER[]`. */
  readonly type: string;
}

/** A statement ready to run, and what its columns will be. */
interface Prepared {
  readonly statement: DuckDBPreparedStatement;
  /** The columns of a result of it. */
  readonly columnsOf: (result: DuckDBResult | DuckDBResultReader) => readonly Column[];
}

/**
 * Prepares one of the statements. Columns of a SELECT that the driver cannot read, or not whole (GEOMETRY, VARIANT, TYPE,
 * structs whose members have no names or one that JavaScript keeps for itself), are cast to text by DuckDB.
 */
export async function prepare(
  connection: DuckDBConnection,
  statements: DuckDBExtractedStatements,
  index: number,
  sql: string,
): Promise<Prepared> {
  const statement = await statements.prepare(index);
  const columns = Array.from({ length: statement.columnCount }, (_, i) => columnAt(statement, i));
  const isWhole = columns.every(({ isReadable }) => isReadable);
  const asText = isWhole || statements.count > 1 ? undefined : await castToText(connection, statement, columns, sql);
  if (asText === undefined) {
    return { statement, columnsOf: (result) => named(result, result.columnTypes().map(String)) };
  }
  statement.destroySync();
  return {
    statement: asText,
    columnsOf: (result) =>
      named(
        result,
        columns.map(({ type }) => String(type ?? "TYPE")),
      ),
  };
}

interface BoundValue {
  readonly name: string;
  /** Undefined for a type that the driver does not know. */
  readonly type: DuckDBType | undefined;
  readonly isReadable: boolean;
}

function columnAt(statement: DuckDBPreparedStatement, column: number): BoundValue {
  const name = statement.columnName(column);
  try {
    const type = statement.columnType(column);
    return { name, type, isReadable: isReadable(type) };
  } catch {
    // What a parameter decides is not known before it is given.
    return { name, type: undefined, isReadable: statement.parameterCount > 0 };
  }
}

/** The same SELECT with what cannot be read cast to text; undefined where its text cannot stand inside another. */
async function castToText(
  connection: DuckDBConnection,
  statement: DuckDBPreparedStatement,
  columns: readonly BoundValue[],
  sql: string,
): Promise<DuckDBPreparedStatement | undefined> {
  if (statement.statementType !== StatementType.SELECT) return undefined;
  const names = columns.map((_column, i) => `c${i}`);
  const kept = columns.map(
    ({ name, isReadable }, i) => `${names[i]}${isReadable ? "" : "::VARCHAR"} AS ${quotedName(name)}`,
  );
  // The first takes parameters, the second also what comes after a semicolon.
  for (const source of [`(${sql.replace(/[;\s]+$/, "")}\n)`, `query(${quoted(sql)})`]) {
    const text = `SELECT ${kept.join(", ")} FROM ${source} AS answer(${names.join(", ")})`;
    const prepared = await connection.prepare(text).catch(() => undefined);
    if (prepared !== undefined) return prepared;
  }
  return undefined;
}

function named(result: DuckDBResult | DuckDBResultReader, types: readonly string[]): Column[] {
  return result.deduplicatedColumnNames().map((name, i) => ({ name, type: types[i] ?? "" }));
}

function isReadable(type: DuckDBType): boolean {
  switch (type.typeId) {
    case DuckDBTypeId.GEOMETRY:
    case DuckDBTypeId.VARIANT:
      return false;
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return isReadable(type.valueType);
    case DuckDBTypeId.MAP:
      return isReadable(type.keyType) && isReadable(type.valueType);
    case DuckDBTypeId.UNION:
      return type.memberTypes.every(isReadable);
    case DuckDBTypeId.STRUCT:
      return type.entryNames.every((name) => name !== "" && name !== "__proto__") && type.entryTypes.every(isReadable);
    default:
      return true;
  }
}
