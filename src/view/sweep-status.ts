import { counted } from "./numbers.ts";

/** Gives the sweeps of a store, the newest first, with their trials counted by how they stand. */
export const SWEEPS_SQL = `SELECT sweep_id, sweep.experiment, sweep.state, count(*)::INTEGER AS trials,
  (count(*) FILTER (trial.state IN ('completed', 'stopped') AND run.run_id IS NOT NULL))::INTEGER AS ended,
  (count(*) FILTER (trial.state = 'stopped' AND run.run_id IS NOT NULL))::INTEGER AS stopped,
  (count(*) FILTER (trial.state IN ('completed', 'stopped') AND run.run_id IS NULL))::INTEGER AS gone,
  (count(*) FILTER (trial.state = 'failed'))::INTEGER AS failed
FROM sweep JOIN trial USING (sweep_id) LEFT JOIN run ON run.run_id = trial.run_id GROUP BY ALL ORDER BY sweep_id DESC`;

/** A row of `SWEEPS_SQL`. */
export interface SweepRow {
  readonly sweep_id: string;
  readonly experiment: string;
  readonly state: string;
  readonly trials: number;
  /** Trials with a result, and those of them that were stopped early. */
  readonly ended: number;
  readonly stopped: number;
  /** Trials whose run was removed. */
  readonly gone: number;
  readonly failed: number;
}

/** Writes how a sweep stands: `completed: 24 of 24 trials have a result`. */
export function sweepStatus({
  state,
  trials,
  ended,
  stopped,
  gone,
  failed,
}: Omit<SweepRow, "sweep_id" | "experiment">) {
  const parts = [`${ended} of ${counted(trials, "trial")} have a result`];
  if (stopped > 0) parts.push(`${stopped} of them stopped early, and not drawn`);
  if (gone > 0) parts.push(`${counted(gone, "run")} removed`);
  if (failed > 0) parts.push(`${failed} failed`);
  return `${state}: ${parts.join(", ")}`;
}
