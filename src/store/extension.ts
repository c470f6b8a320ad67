import { createHash } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import type { Migration } from "./schema.ts";
import { transaction } from "./transaction.ts";

/**
 * Tables and views that somebody else keeps in a store beside the store's own. Table `extension_version` remembers what
 * a file has of each, so that a file written before is brought up to date when it is opened.
 */
export interface StoreExtension {
  /** Under which its versions are remembered; no two that a store is opened with have the same. */
  readonly name: string;
  /** Make its tables, in order; each runs once in a file. A first one finds a table of an earlier time: IF NOT EXISTS. */
  readonly migrations: readonly Migration[];
  /** `CREATE OR REPLACE VIEW …`, each after those it reads. Their version is their text. */
  readonly views: readonly string[];
  /** Of its tables, those with results: they are archived with the runs. Default none. */
  readonly results?: readonly string[];
}

const VERSIONS = `CREATE TABLE IF NOT EXISTS extension_version (
  extension VARCHAR NOT NULL, part VARCHAR NOT NULL, version VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL)`;

/** What a file has of an extension: the version of its tables (0: none), and the fingerprint of its views. */
interface Applied {
  readonly tables: number;
  readonly views: string | undefined;
}

/** Makes, or brings up to date, what extensions keep in a file. Views are written anew each time. */
export async function extend(connection: DuckDBConnection, extensions: readonly StoreExtension[]): Promise<void> {
  if (extensions.length === 0) return;
  const run = (sql: string) => connection.run(sql);
  await run(VERSIONS);
  for (const { name, migrations, views } of extensions) {
    const has = await applied(connection, name);
    for (const { version, statements } of migrations) {
      if (version <= has.tables) continue;
      await transaction(run, async () => {
        for (const statement of statements) await connection.run(statement);
        await note(connection, name, "tables", String(version));
      });
    }
    await transaction(run, async () => {
      for (const view of views) await connection.run(view);
      if (has.views !== fingerprint(views)) await note(connection, name, "views", fingerprint(views));
    });
  }
}

/**
 * Tells whether a file has the tables and views of these extensions as this code knows them.
 *
 * @throws {UserError} for tables that a newer version made.
 */
export async function isExtended(
  connection: DuckDBConnection,
  extensions: readonly StoreExtension[],
  path: string,
): Promise<boolean> {
  let upToDate = true;
  for (const { name, migrations, views } of extensions) {
    const has = await applied(connection, name);
    const newest = migrations.at(-1)?.version ?? 0;
    if (has.tables > newest) {
      throw new UserError(
        `${path} has version ${has.tables} of the tables of ${name}, this gradstream knows up to ${newest}: ` +
          "update gradstream, or name another file with --store",
      );
    }
    upToDate &&= has.tables === newest && (views.length === 0 || has.views === fingerprint(views));
  }
  return upToDate;
}

async function applied(connection: DuckDBConnection, extension: string): Promise<Applied> {
  const tables = await connection.runAndReadAll(
    "SELECT count(*)::INTEGER FROM duckdb_tables() WHERE table_name = 'extension_version'",
  );
  if (tables.getRowsJS()[0]?.[0] === 0) return { tables: 0, views: undefined };
  const rows = await connection.runAndReadAll("SELECT part, version FROM extension_version WHERE extension = $1", [
    extension,
  ]);
  const versions = new Map(rows.getRowsJS() as [string, string][]);
  return { tables: Number(versions.get("tables") ?? 0), views: versions.get("views") };
}

async function note(connection: DuckDBConnection, extension: string, part: string, version: string): Promise<void> {
  await connection.run("DELETE FROM extension_version WHERE extension = $1 AND part = $2", [extension, part]);
  await connection.run("INSERT INTO extension_version VALUES ($1, $2, $3, now() AT TIME ZONE 'UTC')", [
    extension,
    part,
    version,
  ]);
}

const fingerprint = (views: readonly string[]): string =>
  createHash("sha256").update(views.join(";\n")).digest("hex").slice(0, 16);
