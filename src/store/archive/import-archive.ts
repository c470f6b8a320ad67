import type { DuckDBConnection } from "@duckdb/node-api";
import { loadArchive } from "./load-archive.ts";

/** What an import brought. */
export interface Imported {
  /** Runs taken over. */
  readonly runs: number;
  /** Runs that the store had already, left as they are. */
  readonly known: number;
}

/** A database in memory beside the store, where the archive is brought up to date before anything is taken over. */
const ASIDE = "archive_to_import";

/** `kind` is generated from `name`. */
const TABLES = { run: "*", reading: "*", histogram: "*", event: "* EXCLUDE (kind)" };

/**
 * Copies the runs of an archive that a store lacks into it, in one transaction, with all that they recorded; verdicts are
 * not taken over, as they are of the archive's own runs.
 *
 * @throws {UserError} when the folder is no archive, or a file of it is missing, damaged or newer than this code.
 */
export async function importArchive(connection: DuckDBConnection, folder: string): Promise<Imported> {
  const count = async (sql: string): Promise<number> =>
    Number((await connection.runAndReadAll(sql)).getRowsJS()[0]![0]);
  const [[home]] = (await connection.runAndReadAll("SELECT current_database()")).getRowsJS() as [[string]];
  const store = `"${home.replaceAll('"', '""')}"`;
  await connection.run(`ATTACH ':memory:' AS ${ASIDE}`);
  try {
    await connection.run(`USE ${ASIDE}`);
    await loadArchive(connection, folder);
    await connection.run(`USE ${store}`);
    await connection.run("BEGIN");
    const all = await count(`SELECT count(*) FROM ${ASIDE}.run`);
    const lacking = `SELECT run_id FROM ${ASIDE}.run WHERE run_id NOT IN (SELECT run_id FROM ${store}.run)`;
    await connection.run(`CREATE TEMP TABLE lacking AS ${lacking}`);
    const runs = await count("SELECT count(*) FROM lacking");
    for (const [table, columns] of Object.entries(TABLES)) {
      await connection.run(
        `INSERT INTO ${table} BY NAME SELECT ${columns} FROM ${ASIDE}.${table} WHERE run_id IN (FROM lacking)`,
      );
    }
    await connection.run("DROP TABLE lacking");
    await connection.run("COMMIT");
    return { runs, known: all - runs };
  } finally {
    await connection.run(`USE ${store}`);
    await connection.run(`DETACH ${ASIDE}`);
  }
}
