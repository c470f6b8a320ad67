import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { DuckDbStore } from "./duckdb-store.ts";
import type { StoreExtension } from "./extension.ts";
import { firstLine } from "./instance.ts";
import { LEDGER_TABLES } from "./ledger-tables.ts";
import { makeViews } from "./migrate.ts";
import { quoted } from "./quoted.ts";
import { attach, type StoreSource } from "./source.ts";
import type { Store } from "./store.ts";

const TABLES = ["run", "reading", "histogram", "event"];

/**
 * Opens several stores and archives as one, for reading: a database in memory to which they are attached, whose tables are
 * views over theirs with a column `store` more, its name. The usual views stand over these. A run that several have is
 * taken from the first of them. Tables of extensions hold what all have of theirs, without that column.
 *
 * @throws {UserError} when one of them cannot be read.
 */
export async function openTogether(
  sources: readonly StoreSource[],
  extensions: readonly StoreExtension[] = [],
): Promise<Store> {
  const path = sources.map(({ name }) => name).join(", ");
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const [reading, writing] = [await instance.connect(), await instance.connect()];
    await reading.run("SET GLOBAL TimeZone = 'UTC'");
    const aliases = sources.map((_, i) => `source_${i}`);
    for (const [i, source] of sources.entries()) {
      await attach(writing, aliases[i]!, source, "memory.main", extensions).catch((error: unknown) => {
        throw error instanceof UserError ? error : new UserError(`${source.name}: cannot be read: ${firstLine(error)}`);
      });
    }
    const notices = await makeTables(writing, sources, aliases);
    await makeViews(writing, extensions);
    for (const table of extensions.flatMap(({ results = [] }) => results)) await gather(writing, table, aliases);
    return new DuckDbStore({
      path,
      isArchive: true,
      notices,
      instance,
      reading,
      writing,
      writer: undefined,
      onClose: () => undefined,
    });
  } catch (error) {
    instance.closeSync();
    throw error instanceof UserError ? error : new UserError(`${path}: cannot be opened together: ${firstLine(error)}`);
  }
}

async function makeTables(
  connection: DuckDBConnection,
  sources: readonly StoreSource[],
  aliases: readonly string[],
): Promise<string[]> {
  const notices: string[] = [];
  const parts: { readonly alias: string; readonly name: string; readonly hidden: string }[] = [];
  for (const [i, { name }] of sources.entries()) {
    const alias = aliases[i]!;
    const before = parts.map((part) => `SELECT run_id FROM ${part.alias}.run`).join(" UNION ALL ");
    const twice = before === "" ? 0 : await count(connection, `${alias}.run WHERE run_id IN (${before})`);
    // Most stores share no run: then no record is looked up.
    parts.push({ alias, name, hidden: twice > 0 ? `WHERE run_id IS NULL OR run_id NOT IN (${before})` : "" });
    if (twice > 0) notices.push(`${twice} of the runs of ${name} are in stores before it, and are taken from there`);
  }
  for (const table of TABLES) {
    const rows = parts.map(
      ({ alias, name, hidden }) => `SELECT *, ${quoted(name)} AS store FROM ${alias}.main.${table} ${hidden}`,
    );
    await connection.run(`CREATE VIEW ${table} AS ${rows.join(" UNION ALL BY NAME ")}`);
  }
  // A sweep that several have is taken from the first of them.
  for (const table of LEDGER_TABLES) {
    const rows = parts.map(({ alias, name }, i) => {
      const before = parts.slice(0, i).map((part) => `SELECT sweep_id FROM ${part.alias}.main.sweep`);
      const hidden = before.length === 0 ? "" : `WHERE sweep_id NOT IN (${before.join(" UNION ALL ")})`;
      return `SELECT *, ${quoted(name)} AS store FROM ${alias}.main.${table} ${hidden}`;
    });
    await connection.run(`CREATE VIEW ${table} AS ${rows.join(" UNION ALL BY NAME ")}`);
  }
  return notices;
}

/** Copies what all have of an extension's table into one; what several have alike comes once. */
async function gather(connection: DuckDBConnection, table: string, aliases: readonly string[]): Promise<void> {
  const rows: string[] = [];
  for (const alias of aliases) {
    const there = await count(
      connection,
      `duckdb_tables() WHERE database_name = ${quoted(alias)} AND table_name = ${quoted(table)}`,
    );
    if (there > 0) rows.push(`SELECT * FROM ${alias}.main.${table}`);
  }
  if (rows.length > 0) await connection.run(`INSERT INTO memory.main.${table} BY NAME ${rows.join(" UNION BY NAME ")}`);
}

async function count(connection: DuckDBConnection, from: string): Promise<number> {
  return Number((await connection.runAndReadAll(`SELECT count(*) FROM ${from}`)).getRowsJS()[0]![0]);
}
