import type { DuckDBConnection } from "@duckdb/node-api";
import { join } from "node:path";
import { applyMigrations } from "../migrate.ts";
import { quoted } from "../quoted.ts";
import { readManifest, verifyFiles } from "./manifest.ts";

/**
 * Fills the connection's database, which is empty, with an archive: its tables in the schema that they were written
 * in, brought up to date afterwards.
 *
 * @throws UserError when the folder is no archive, or a file of it is missing, damaged or newer than this code.
 */
export async function loadArchive(connection: DuckDBConnection, folder: string): Promise<void> {
  const manifest = readManifest(folder);
  await verifyFiles(folder, manifest);
  await applyMigrations(connection, 0, manifest.schema);
  for (const [name, { table }] of Object.entries(manifest.files)) {
    await connection.run(`INSERT INTO ${table} BY NAME FROM read_parquet(${quoted(join(folder, name))})`);
  }
  await applyMigrations(connection, manifest.schema);
}
