import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import type { Hyper, Run, RunStatus, Training } from "../core/types.ts";
import { transaction } from "./transaction.ts";
import { timestamp } from "./writer.ts";

const INSERT = `INSERT INTO run (run_id, experiment, pipeline, arm, seed, hyper, steps, status, backend, dataset, network,
  code_version, host, started_at, sweep_id, attempt)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, $10, $11, $12, $13, $14, $15)`;

/** Adds the row of a run that starts, also of one that was removed and is trained again. @throws {UserError} when its id is taken. */
export async function insertRun(connection: DuckDBConnection, run: Run): Promise<void> {
  const taken = await connection.runAndReadAll("SELECT 1 FROM run WHERE run_id = $1", [run.runId]);
  if (taken.currentRowCount > 0) throw new UserError(`store: run ${run.runId} is already recorded`);
  await connection.run("DELETE FROM removed_run WHERE run_id = $1", [run.runId]);
  await connection.run(INSERT, [
    run.runId,
    run.experiment,
    run.pipeline,
    run.arm,
    run.seed,
    hyperText(run.hyper),
    run.steps,
    run.backend,
    run.dataset,
    run.network,
    run.codeVersion,
    run.host,
    timestamp(run.startedAt),
    run.sweepId ?? null,
    run.attempt,
  ]);
}

/** Numbers of records of each kind. */
export interface RecordCounts {
  /** Number of readings. */
  readonly readings: number;
  /** Number of histograms. */
  readonly histograms: number;
  /** Number of events. */
  readonly events: number;
}

const TABLES = { readings: "reading", histograms: "histogram", events: "event" } as const;

/**
 * Makes a run that had ended `running` again from a step on, as the attempt that it says, and removes what was recorded of
 * that step and those after it, all in one transaction. Returns what is left. Throws Error when it is not in the store.
 */
export async function restartRun(connection: DuckDBConnection, run: Run, step: number): Promise<RecordCounts> {
  const { runId, attempt, codeVersion, host } = run;
  await transaction(
    (sql) => connection.run(sql),
    async () => {
      const result = await connection.run(
        `UPDATE run SET status = 'running', ended_at = NULL, attempt = $2, code_version = $3, host = $4
         WHERE run_id = $1 AND status <> 'running'`,
        [runId, attempt, codeVersion, host],
      );
      if (result.rowsChanged === 0) throw new Error(`store: no run ${runId} to go on with`);
      for (const table of Object.values(TABLES)) {
        await connection.run(`DELETE FROM ${table} WHERE run_id = $1 AND step >= $2`, [runId, step]);
      }
    },
  );
  // Rows that are gone would otherwise move others when the store is next checkpointed, under those who read them.
  await connection.run("CHECKPOINT").catch(() => undefined);
  const countOf = async (table: string): Promise<number> => {
    const result = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM ${table} WHERE run_id = $1`, [runId]);
    return Number(result.getRowsJS()[0]![0]);
  };
  return {
    readings: await countOf(TABLES.readings),
    histograms: await countOf(TABLES.histograms),
    events: await countOf(TABLES.events),
  };
}

/** Sets what a run trains. Throws Error when it is not in the store. */
export async function updateTraining(connection: DuckDBConnection, runId: string, training: Training): Promise<void> {
  const { dataset, network, optimizer, lossName, activations, probes, layers, backendDetail } = training;
  const result = await connection.run(
    `UPDATE run SET dataset = $2, network = $3, optimizer = $4, loss_name = $5, activations = $6, probes = $7,
       layers = $8, backend_detail = $9
     WHERE run_id = $1`,
    [
      runId,
      dataset,
      network,
      JSON.stringify(optimizer),
      lossName,
      activations === undefined ? null : JSON.stringify(activations),
      JSON.stringify(probes),
      layers === undefined ? null : JSON.stringify(layers),
      backendDetail ?? null,
    ],
  );
  if (result.rowsChanged === 0) throw new Error(`store: no run ${runId} to describe`);
}

/** Sets status and end of a run. Throws Error when it is not in the store. */
export async function updateRun(
  connection: DuckDBConnection,
  runId: string,
  status: RunStatus,
  endedAt: number,
): Promise<void> {
  const result = await connection.run("UPDATE run SET status = $2, ended_at = $3 WHERE run_id = $1", [
    runId,
    status,
    timestamp(endedAt),
  ]);
  if (result.rowsChanged === 0) throw new Error(`store: no run ${runId} to finish`);
}

/** Writes hyper-parameters as column `hyper` has them: keys in one order, so that equal ones are equal text. */
export function hyperText(hyper: Hyper): string {
  return JSON.stringify(Object.fromEntries(Object.entries(hyper).sort(([a], [b]) => (a < b ? -1 : 1))));
}
