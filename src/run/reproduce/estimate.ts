import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import { formatDuration } from "../../view/numbers.ts";

/** Seconds that a trial of each arm took, by the store's completed runs of this length; `undefined` for none. */
export async function secondsByArm(
  store: Store,
  experiment: string,
  steps: number,
): Promise<(arm: string) => number | undefined> {
  const rows = await records(
    store,
    // How long a run trained, which for one that was interrupted is less than the time from its start to its end.
    `SELECT arm, median(coalesce(trained / 1000, epoch(ended_at - started_at))) AS seconds
     FROM run LEFT JOIN (
       SELECT run_id, max(value) AS trained FROM reading
       WHERE probe = 'timing' AND stat = 'milliseconds' AND run_id IN (SELECT run_id FROM event WHERE name = 'resumed')
       GROUP BY run_id) USING (run_id)
     WHERE experiment = $1 AND steps = $2 AND status = 'completed' GROUP BY arm`,
    [experiment, steps],
  );
  const known = new Map(rows.map(({ arm, seconds }) => [String(arm), Number(seconds)]));
  const usual = known.size === 0 ? undefined : [...known.values()].reduce((a, b) => a + b) / known.size;
  return (arm) => known.get(arm) ?? usual;
}

/** Says how long trials of these lengths take side by side, `, about 1 h 5 min`; nothing where one is not known. */
export function about(seconds: readonly (number | undefined)[], jobs: number): string {
  const known = seconds.filter((one) => one !== undefined);
  if (known.length === 0) return "";
  const total = (known.reduce((a, b) => a + b) / known.length) * seconds.length;
  return `, about ${formatDuration(Math.ceil(total / jobs)).replace(/ \d+ s$/, "")}`;
}
