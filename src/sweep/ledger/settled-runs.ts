import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import type { EarlyStop } from "../plan/early-stop.ts";
import type { PlannedTrial } from "../plan/planned-trial.ts";
import { completedRuns, type SweepFacts } from "./completed-runs.ts";

/** Trials that are not trained again, each with its run. */
export interface SettledRuns {
  /** Those that are over. */
  readonly completed: ReadonlyMap<string, string>;
  /** Those that a sweep with the same rules has stopped, and that nobody trained to their end. */
  readonly stopped: ReadonlyMap<string, string>;
}

/** Finds the trials that are recorded already; without rules none counts that was stopped. */
export async function settledRuns(
  store: Store,
  facts: SweepFacts,
  trials: readonly PlannedTrial[],
  earlyStop: EarlyStop | undefined,
): Promise<SettledRuns> {
  const completed = await completedRuns(store, facts, trials);
  if (!earlyStop) return { completed, stopped: new Map() };
  const open = trials
    .filter(({ trialId }) => !completed.has(trialId))
    .map(({ trialId, network }) => [trialId, network]);
  const rows = await records(
    store,
    `SELECT trial_id, run_id FROM trial JOIN sweep USING (sweep_id)
     WHERE trial.state = 'stopped' AND run_id IN (SELECT run_id FROM run) AND list_contains($1::JSON::VARCHAR[][], [trial_id, trial.network])
       AND (plan -> '$.manifest.earlyStop')::VARCHAR = $2 AND (plan ->> '$.manifest.pipelineSha256') = $3
     ORDER BY trial.ended_at`,
    [JSON.stringify(open), JSON.stringify(earlyStop), facts.pipelineSha256],
  );
  return { completed, stopped: new Map(rows.map((row) => [String(row["trial_id"]), String(row["run_id"])])) };
}
