import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { quoted } from "./quoted.ts";
import { transaction } from "./transaction.ts";

const TABLES = ["run", "reading", "histogram", "event"] as const;

/**
 * Removes runs with all that they recorded, in one transaction, and remembers that they were removed: what imports and merges
 * bring of them is left out.
 *
 * @throws {UserError} when one is not there, or is running.
 */
export async function removeRuns(connection: DuckDBConnection, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  const ids = runIds.map(quoted).join(", ");
  const found = await connection.runAndReadAll(`SELECT run_id, status FROM run WHERE run_id IN (${ids})`);
  const statuses = new Map(found.getRowsJS() as [string, string][]);
  for (const runId of runIds) {
    const status = statuses.get(runId);
    if (status === undefined) throw new UserError(`store: there is no run ${runId}`);
    if (status === "running") throw new UserError(`store: run ${runId} is running; stop it first`);
  }
  await transaction(
    (sql) => connection.run(sql),
    async () => {
      await connection.run(
        `INSERT INTO removed_run SELECT run_id, now() AT TIME ZONE 'UTC' FROM run WHERE run_id IN (${ids})`,
      );
      for (const table of TABLES) await connection.run(`DELETE FROM ${table} WHERE run_id IN (${ids})`);
    },
  );
  // Rows that are gone would otherwise move others when the store is next checkpointed, under those who read them.
  await connection.run("CHECKPOINT").catch(() => undefined);
}
