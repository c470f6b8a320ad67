import { DATA_SETS } from "../../data/index.ts";
import { isOfDataset } from "../../run/runner/stored-runs.ts";
import { records } from "../../store/records.ts";
import { hyperText } from "../../store/run-rows.ts";
import type { Store } from "../../store/store.ts";
import type { PlannedTrial } from "../plan/planned-trial.ts";
import type { TrialFacts } from "../plan/trial-id.ts";

/**
 * Finds the runs of trials that are over, completed or diverged, whoever trained them: by their trials' ids, each with the
 * newest. A run of another network is not of the trial. A task of the pipeline's own is the same whatever data set was asked for.
 */
export async function completedRuns(
  store: Store,
  { experiment, backend, dataset, codeVersion }: Omit<TrialFacts, "arm" | "seed" | "hyper">,
  trials: readonly PlannedTrial[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await records(
    store,
    `SELECT run_id, arm, seed, network, hyper::VARCHAR AS hyper FROM run
     WHERE status IN ('completed', 'diverged') AND experiment = $1 AND backend = $2 AND code_version = $3
       AND ${isOfDataset("$4", "$5")}
     ORDER BY started_at, run_id`,
    [experiment, backend, codeVersion, dataset, JSON.stringify(DATA_SETS)],
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
