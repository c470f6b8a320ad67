import type { DuckDBConnection } from "@duckdb/node-api";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import type { StoreExtension } from "../extension.ts";
import { applyMigrations, makeViews } from "../migrate.ts";
import type { Column } from "../prepare.ts";
import { columnsIn, fileSql } from "./encoding.ts";
import { verifyArchive } from "./manifest.ts";

/**
 * Fills the connection's database, which is empty, with an archive: its tables in the schema that they were written
 * in, brought up to date afterwards, then those of extensions. Of these only the tables that they archive are filled.
 *
 * @throws {UserError} when the folder is no archive, or a file of it is missing, damaged or newer than this code.
 */
export async function loadArchive(
  connection: DuckDBConnection,
  folder: string,
  extensions: readonly StoreExtension[] = [],
  name = folder,
): Promise<void> {
  const manifest = await verifyArchive(folder, name);
  await applyMigrations(connection, 0, manifest.schema);
  const own = await tablesOf(connection);
  const load = async (isWanted: (table: string) => boolean, columnsOfFile = asTable): Promise<void> => {
    for (const [file, { table, rows }] of Object.entries(manifest.files)) {
      if (!isWanted(table)) continue;
      const path = join(folder, file);
      const source = fileSql(path, columnsOfFile(path, await columnsOf(connection, table)));
      const { rowsChanged } = await connection.run(`INSERT INTO ${table} BY NAME FROM ${source}`);
      if (rowsChanged !== rows) {
        throw new UserError(`${join(name, file)} has ${rowsChanged} rows, not ${rows}; fetch the archive again`);
      }
    }
  };
  await load((table) => own.has(table));
  await applyMigrations(connection, manifest.schema);
  await makeViews(connection, extensions);
  const theirs = new Set(extensions.flatMap(({ results = [] }) => results));
  await load((table) => theirs.has(table), columnsIn);
}

/** Files of the store's own tables are of the schema that the manifest names. */
const asTable: typeof columnsIn = (_path, columns) => columns;

/** The columns of a table that are written; `kind` of events is generated. */
async function columnsOf(connection: DuckDBConnection, table: string): Promise<Column[]> {
  const found = await connection.runAndReadAll(
    `SELECT column_name, data_type FROM duckdb_columns()
     WHERE database_name = current_database() AND table_name = $1 AND NOT (table_name = 'event' AND column_name = 'kind')
     ORDER BY column_index`,
    [table],
  );
  return found.getRowsJS().map(([name, type]) => ({ name: name as string, type: type as string }));
}

async function tablesOf(connection: DuckDBConnection): Promise<Set<string>> {
  const found = await connection.runAndReadAll(
    "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()",
  );
  return new Set(found.getRowsJS().map(([name]) => name as string));
}
