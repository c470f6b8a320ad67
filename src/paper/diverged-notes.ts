import { records } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { counted, formatNumber } from "../view/numbers.ts";

/** Runs that one curve stands for. */
export interface CurveRuns {
  readonly label: string;
  readonly runs: readonly string[];
}

/** Says of each curve how many of its runs diverged and when, as it shows them up to there only. */
export async function divergedNotes(store: Store, curves: readonly CurveRuns[]): Promise<string[]> {
  const rows = await records(
    store,
    `SELECT run_id, max(event.step) AS step FROM run JOIN event USING (run_id)
     WHERE run.status = 'diverged' AND event.name = 'diverged' AND list_contains($1::JSON::VARCHAR[], run_id) GROUP BY run_id`,
    [JSON.stringify(curves.flatMap(({ runs }) => runs))],
  );
  const stepOf = new Map(rows.map((row) => [String(row["run_id"]), Number(row["step"])]));
  return curves.flatMap(({ label, runs }) => {
    const steps = runs.flatMap((run) => stepOf.get(run) ?? []).sort((a, b) => a - b);
    if (steps.length === 0) return [];
    const [first, last] = [steps[0]!, steps.at(-1)!].map((step) => formatNumber(step));
    const when = first === last ? `at step ${first}` : `at steps ${first} to ${last}`;
    if (runs.length === 1) return [`${label} diverged ${when}.`];
    const all = counted(runs.length, "run");
    if (steps.length === runs.length) return [`${label}: all ${all} diverged, ${when}.`];
    return [`${label}: ${steps.length} of ${all} diverged, ${when}; from there the curve is of the others.`];
  });
}
