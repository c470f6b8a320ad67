import { randomBytes } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../../core/errors.ts";
import { firstLine } from "../instance.ts";
import { transaction } from "../transaction.ts";
import { loadArchive } from "./load-archive.ts";

/** What an import brought. */
export interface Imported {
  /** Runs taken over. */
  readonly runs: number;
  /** Runs that the store had already, left as they are. */
  readonly known: number;
}

/** `kind` is generated from `name`. */
const TABLES = { run: "*", reading: "*", histogram: "*", event: "* EXCLUDE (kind)" };

/**
 * Copies the runs of an archive that a store lacks into it, in one transaction, with all that they recorded; verdicts are
 * not taken over, as they are of the archive's own runs.
 *
 * @throws {UserError} when the folder is no archive, or a file of it is missing, damaged or newer than this code.
 */
export async function importArchive(connection: DuckDBConnection, folder: string): Promise<Imported> {
  const [[home]] = (await connection.runAndReadAll("SELECT current_database()")).getRowsJS() as [[string]];
  // A database may have the name of a schema.
  const store = `"${home.replaceAll('"', '""')}".main`;
  // A database in memory beside the store, where the archive is brought up to date before anything is taken over.
  const aside = `archive_${randomBytes(6).toString("hex")}`;
  await connection.run(`ATTACH ':memory:' AS ${aside}`);
  try {
    await connection.run(`USE ${aside}.main`);
    await loadArchive(connection, folder);
    await connection.run(`USE ${store}`);
    return await copyRuns(connection, aside, store);
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`${folder}: cannot be imported: ${firstLine(error)}`);
  } finally {
    await connection.run(`USE ${store}`);
    await connection.run(`DETACH ${aside}`);
  }
}

async function copyRuns(connection: DuckDBConnection, from: string, store: string): Promise<Imported> {
  const count = async (sql: string): Promise<number> =>
    Number((await connection.runAndReadAll(sql)).getRowsJS()[0]![0]);
  return transaction(
    (sql) => connection.run(sql),
    async () => {
      const all = await count(`SELECT count(*) FROM ${from}.run`);
      const lacking = `SELECT run_id FROM ${from}.run WHERE run_id NOT IN (SELECT run_id FROM ${store}.run)`;
      await connection.run(`CREATE TEMP TABLE lacking AS ${lacking}`);
      const runs = await count("SELECT count(*) FROM lacking");
      for (const [table, columns] of Object.entries(TABLES)) {
        await connection.run(
          `INSERT INTO ${store}.${table} BY NAME
           SELECT ${columns} FROM ${from}.${table} WHERE run_id IN (FROM lacking)`,
        );
      }
      await connection.run("DROP TABLE lacking");
      return { runs, known: all - runs };
    },
  );
}
