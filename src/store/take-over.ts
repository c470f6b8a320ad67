import { randomBytes } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { quotedName } from "./quoted.ts";
import { firstLine } from "./instance.ts";
import { LEDGER_TABLES } from "./ledger-tables.ts";
import { attach, type StoreSource } from "./source.ts";
import { transaction } from "./transaction.ts";

/** What was taken over from another store. */
export interface Imported {
  /** Runs taken over. */
  readonly runs: number;
  /** Runs that the store had already, left as they are. */
  readonly known: number;
  /** Runs left out, as they were removed here; absent where there are none. */
  readonly removed?: number;
}

/** Which runs are taken over. */
export interface TakingOver {
  /** Whether those that were removed here come back. Default false. */
  readonly withRemoved?: boolean | undefined;
}

/** `kind` is generated from `name`. */
const TABLES = { run: "*", reading: "*", histogram: "*", event: "* EXCLUDE (kind)" };

/**
 * Copies the runs that this store lacks, with all their records, in one transaction. Also copies the sweep ledgers it
 * lacks, and notes and tags of runs that have none here. Leaves out runs under way and verdicts. `isStrict` refuses runs
 * that are here with other content, which are otherwise left as they are. Runs that were removed here stay away, unless
 * `withRemoved`.
 *
 * @throws {UserError} when the source cannot be read whole, or has a run that is here with other content.
 */
export async function takeOverRuns(
  connection: DuckDBConnection,
  source: StoreSource,
  how: TakingOver & { readonly isStrict: boolean },
): Promise<Imported> {
  const [[home]] = (await connection.runAndReadAll("SELECT current_database()")).getRowsJS() as [[string]];
  // A database may have the name of a schema.
  const store = `${quotedName(home)}.main`;
  const aside = `source_${randomBytes(6).toString("hex")}`;
  try {
    await attach(connection, aside, source, store);
    return await copyRuns(connection, aside, store, source, how);
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`${source.name}: cannot be imported: ${firstLine(error)}`);
  } finally {
    await connection.run(`DETACH DATABASE IF EXISTS ${aside}`);
  }
}

async function copyRuns(
  connection: DuckDBConnection,
  from: string,
  store: string,
  source: StoreSource,
  { isStrict, withRemoved = false }: TakingOver & { readonly isStrict: boolean },
): Promise<Imported> {
  const run = (sql: string) => connection.run(sql);
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS();
  const count = async (sql: string): Promise<number> => Number((await rows(sql))[0]![0]);
  return transaction(run, async () => {
    const ended = `SELECT run_id FROM ${from}.run WHERE status <> 'running'`;
    await run(`CREATE TEMP TABLE known AS SELECT run_id FROM ${store}.run WHERE run_id IN (${ended})`);
    const removed = `SELECT run_id FROM ${store}.removed_run WHERE run_id IN (${ended})`;
    if (withRemoved) await run(`DELETE FROM ${store}.removed_run WHERE run_id IN (${ended})`);
    await run(`CREATE TEMP TABLE lacking AS ${ended} AND run_id NOT IN (FROM known) AND run_id NOT IN (${removed})`);
    if (isStrict) {
      const others = (await rows(otherContent(from, store))).map(([id]) => id as string);
      if (others.length > 0) {
        const more = others.length > 1 ? ` (and ${others.length - 1} more)` : "";
        throw new UserError(
          `${source.name}: run ${others[0]}${more} is there already with other content; nothing of ${source.name} was taken over`,
        );
      }
    }
    for (const [table, columns] of Object.entries(TABLES)) {
      await run(
        `INSERT INTO ${store}.${table} BY NAME
         SELECT ${columns} FROM ${from}.${table} WHERE run_id IN (FROM lacking)`,
      );
    }
    // What is said of a run here stays.
    await run(
      `UPDATE ${store}.run SET note = other.note, tags = other.tags FROM ${from}.run AS other
       WHERE other.run_id = ${store}.run.run_id AND ${store}.run.run_id IN (FROM known)
         AND ${store}.run.note IS NULL AND ${store}.run.tags IS NULL AND (other.note IS NOT NULL OR other.tags IS NOT NULL)`,
    );
    // A sweep that is here has what became of it here.
    await run(
      `CREATE TEMP TABLE swept AS SELECT sweep_id FROM ${from}.sweep
       WHERE state <> 'running' AND sweep_id NOT IN (SELECT sweep_id FROM ${store}.sweep)`,
    );
    for (const table of LEDGER_TABLES) {
      await run(`INSERT INTO ${store}.${table} BY NAME FROM ${from}.${table} WHERE sweep_id IN (FROM swept)`);
    }
    const leftOut = await count(`SELECT count(*) FROM (${removed})`);
    const taken = {
      runs: await count("SELECT count(*) FROM lacking"),
      known: await count("SELECT count(*) FROM known"),
      ...(leftOut > 0 && { removed: leftOut }),
    };
    for (const table of ["known", "lacking", "swept"]) await run(`DROP TABLE ${table}`);
    return taken;
  });
}

/** Finds the runs known to both of which one has other rows. Archives have other names for machines, and what is said of a run is none of its content. */
function otherContent(from: string, store: string): string {
  const differences = Object.keys(TABLES).map((table) => {
    const without = table === "run" ? "host, note, tags" : "run_id";
    const prints = (database: string): string =>
      `SELECT run_id, count(*) AS n, sum(hash(*COLUMNS(* EXCLUDE (${without})))::HUGEINT) AS h
       FROM ${database}.${table} WHERE run_id IN (FROM known) GROUP BY run_id`;
    return `((${prints(from)} EXCEPT ${prints(store)}) UNION (${prints(store)} EXCEPT ${prints(from)}))`;
  });
  return `SELECT DISTINCT run_id FROM (${differences.join(" UNION ALL ")}) ORDER BY run_id`;
}
