import { records } from "./records.ts";
import { type RunChoice, choiceSql } from "./run-choice.ts";
import type { Store } from "./store.ts";

/** A run that may be removed. */
export interface PrunedRun {
  readonly runId: string;
  readonly status: string;
  /** UTC. */
  readonly started: string;
  readonly readings: number;
}

/**
 * Lists the runs that are chosen, oldest first. With `keepLatest`, of each experiment, arm, seed, setting, data set, backend and
 * network the newest run is not among them: the newest that completed, where one did.
 */
export async function prunedRuns(store: Store, choice: RunChoice, keepLatest: boolean): Promise<readonly PrunedRun[]> {
  const rows = await records(
    store,
    `SELECT run_id, status, strftime(started_at, '%Y-%m-%d %H:%M:%S') AS started,
       (SELECT count(*) FROM reading WHERE reading.run_id = ranked.run_id)::INTEGER AS readings
     FROM (SELECT *, row_number() OVER (
         PARTITION BY experiment, arm, seed, hyper::VARCHAR, dataset, backend, network
         ORDER BY (status = 'completed') DESC, started_at DESC, attempt DESC, run_id DESC) AS place FROM run) AS ranked
     WHERE ${choiceSql(choice)} ${keepLatest ? "AND place > 1" : ""} ORDER BY started_at, run_id`,
  );
  return rows.map((row) => ({
    runId: String(row["run_id"]),
    status: String(row["status"]),
    started: String(row["started"]),
    readings: Number(row["readings"]),
  }));
}
