import { DATA_SETS } from "../../data/index.ts";
import { isOfDataset } from "../../run/runner/stored-runs.ts";
import { records } from "../../store/records.ts";
import { hyperText } from "../../store/run-rows.ts";
import type { Store } from "../../store/store.ts";
import type { SweepManifest } from "../place/manifest.ts";
import type { PlannedTrial } from "../plan/planned-trial.ts";

/** What runs must be of to be those of a sweep's trials; `dataset` is the one that was asked for. */
export interface SweepFacts extends Pick<
  SweepManifest,
  "sweepId" | "experiment" | "backend" | "codeVersion" | "pipelineSha256"
> {
  readonly dataset: string;
}

/**
 * Finds the runs of trials that are over, completed or diverged: by their trials' ids, each with the newest. A run of
 * another network is not of the trial. A task of the pipeline's own is the same whatever data set was asked for.
 */
export async function completedRuns(
  store: Store,
  facts: SweepFacts,
  trials: readonly PlannedTrial[],
): Promise<ReadonlyMap<string, string>> {
  const [alike, own] = [await runsAlike(store, facts, trials), await runsOfSweep(store, facts.sweepId)];
  return new Map(
    trials.flatMap(({ trialId }) => {
      const run = own.get(trialId) ?? alike.get(trialId);
      return run === undefined ? [] : [[trialId, run] as const];
    }),
  );
}

/** Those that the sweep has trained itself: they may say of data and network what could not be known when it was planned. */
async function runsOfSweep(store: Store, sweepId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await records(
    store,
    `SELECT trial_id, run_id FROM trial JOIN run USING (run_id)
     WHERE trial.sweep_id = $1 AND run.status IN ('completed', 'diverged')`,
    [sweepId],
  );
  return new Map(rows.map((row) => [String(row["trial_id"]), String(row["run_id"])]));
}

/** Those that are of the same, whoever trained them; not those of sweeps of the pipeline as it was before it was edited. */
async function runsAlike(
  store: Store,
  { experiment, backend, dataset, codeVersion, pipelineSha256 }: SweepFacts,
  trials: readonly PlannedTrial[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await records(
    store,
    `SELECT run_id, arm, seed, network, hyper::VARCHAR AS hyper FROM run
     WHERE status IN ('completed', 'diverged') AND experiment = $1 AND backend = $2 AND code_version = $3
       AND ${isOfDataset("$4", "$5")}
       AND NOT EXISTS (
         SELECT 1 FROM sweep WHERE sweep.sweep_id = run.sweep_id AND (plan ->> '$.manifest.pipelineSha256') <> $6)
     ORDER BY started_at, run_id`,
    [experiment, backend, codeVersion, dataset, JSON.stringify(DATA_SETS), pipelineSha256],
  );
  const keyOf = (...parts: readonly unknown[]): string => JSON.stringify(parts.map(String));
  const newest = new Map(
    rows.map((row) => [keyOf(row["arm"], row["seed"], row["network"], row["hyper"]), String(row["run_id"])]),
  );
  return new Map(
    trials.flatMap(({ trialId, arm, seed, network, hyper }) => {
      const run = newest.get(keyOf(arm, seed, network, hyperText(hyper)));
      return run === undefined ? [] : [[trialId, run] as const];
    }),
  );
}
