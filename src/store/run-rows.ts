import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import type { Hyper, Run, RunStatus, Training } from "../core/types.ts";
import { timestamp } from "./writer.ts";

const INSERT = `INSERT INTO run (run_id, experiment, pipeline, arm, seed, hyper, steps, status, backend, dataset, network,
  code_version, host, started_at, sweep_id, attempt)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, $10, $11, $12, $13, $14, $15)`;

/** Adds the row of a run that starts. @throws {UserError} when its id is taken. */
export async function insertRun(connection: DuckDBConnection, run: Run): Promise<void> {
  const taken = await connection.runAndReadAll("SELECT 1 FROM run WHERE run_id = $1", [run.runId]);
  if (taken.currentRowCount > 0) throw new UserError(`store: run ${run.runId} is already recorded`);
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

/** Sets what a run trains. Throws Error when it is not in the store. */
export async function updateTraining(connection: DuckDBConnection, runId: string, training: Training): Promise<void> {
  const { dataset, network, optimizer, lossName, activations, probes } = training;
  const result = await connection.run(
    `UPDATE run SET dataset = $2, network = $3, optimizer = $4, loss_name = $5, activations = $6, probes = $7
     WHERE run_id = $1`,
    [
      runId,
      dataset,
      network,
      JSON.stringify(optimizer),
      lossName,
      activations === undefined ? null : JSON.stringify(activations),
      JSON.stringify(probes),
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
