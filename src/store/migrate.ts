import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { extend, type StoreExtension } from "./extension.ts";
import { MIGRATIONS, SCHEMA_VERSION, SCHEMA_VERSION_TABLE } from "./schema.ts";
import { transaction } from "./transaction.ts";
import { VIEWS } from "./views.ts";

/**
 * Refuses a file that this code cannot read: one written by a newer version, or a DuckDB database that is no store.
 * Returns the file's schema version, 0 for a new file.
 *
 * @throws {UserError} for a file that this code cannot read.
 */
export async function checkVersion(connection: DuckDBConnection, path: string, readOnly: boolean): Promise<number> {
  const tables = await connection.runAndReadAll(
    "SELECT count(*)::INTEGER, (count(*) FILTER (table_name = 'schema_version'))::INTEGER FROM duckdb_tables()",
  );
  const [all, ours] = tables.getRowsJS()[0] as [number, number];
  if (ours === 0) {
    if (all > 0 || readOnly) {
      throw new UserError(`${path} is a DuckDB database but no gradstream store; name another file with --store`);
    }
    return 0;
  }
  const versions = await connection.runAndReadAll("SELECT coalesce(max(version), 0) FROM schema_version");
  const version = Number(versions.getRowsJS()[0]?.[0]);
  if (version > SCHEMA_VERSION) {
    throw new UserError(
      `${path} has schema version ${version}, this gradstream knows up to ${SCHEMA_VERSION}: ` +
        "update gradstream, or name another file with --store",
    );
  }
  return version;
}

/** Brings the tables of the connection's database from one version of the schema to another, each step a transaction. */
export async function applyMigrations(connection: DuckDBConnection, from: number, to = SCHEMA_VERSION): Promise<void> {
  await connection.run(SCHEMA_VERSION_TABLE);
  for (const { version, statements } of MIGRATIONS) {
    if (version <= from || version > to) continue;
    await transaction(
      (sql) => connection.run(sql),
      async () => {
        for (const statement of statements) await connection.run(statement);
        await connection.run("INSERT INTO schema_version VALUES ($1::INTEGER, now() AT TIME ZONE 'UTC')", [version]);
      },
    );
  }
}

/** Makes the views anew, and what extensions keep in the database. */
export async function makeViews(connection: DuckDBConnection, extensions: readonly StoreExtension[]): Promise<void> {
  for (const view of VIEWS) await connection.run(view);
  await extend(connection, extensions);
}

/**
 * Brings the file up to date, with what extensions keep in it, and checkpoints, so that no DDL is left in the write-ahead
 * log when appending starts.
 */
export async function migrate(
  connection: DuckDBConnection,
  from: number,
  extensions: readonly StoreExtension[],
): Promise<void> {
  await applyMigrations(connection, from);
  await makeViews(connection, extensions);
  await connection.run("CHECKPOINT");
}

/** Tells whether runs are `running`. */
export async function hasRunning(connection: DuckDBConnection): Promise<boolean> {
  const found = await connection.runAndReadAll("SELECT 1 FROM run WHERE status = 'running' LIMIT 1");
  return found.currentRowCount > 0;
}

/**
 * Marks as `interrupted` runs that are still `running` in a file that nobody holds, since they were cut off, and records
 * an event each. Returns each with the last step that is stored of it.
 */
export async function markInterrupted(connection: DuckDBConnection): Promise<readonly string[]> {
  const rows = await connection.runAndReadAll(
    `SELECT run_id, (SELECT max(step) FROM reading WHERE reading.run_id = run.run_id) FROM run
     WHERE status = 'running' ORDER BY started_at`,
  );
  const marked = (rows.getRowsJS() as [string, number | null][]).map(([runId, step]) =>
    step === null ? runId : `${runId} (step ${step})`,
  );
  if (marked.length === 0) return marked;
  await transaction(
    (sql) => connection.run(sql),
    async () => {
      await connection.run(
        `INSERT INTO event
         SELECT run_id, coalesce((SELECT max(step) FROM reading WHERE reading.run_id = run.run_id), 0),
           now() AT TIME ZONE 'UTC', 'warning', 'interrupted',
           'The process that wrote this run ended without finishing it; found when the store was next opened.', NULL
         FROM run WHERE status = 'running'`,
      );
      await connection.run("UPDATE run SET status = 'interrupted' WHERE status = 'running'");
    },
  );
  await connection.run("CHECKPOINT");
  return marked;
}
