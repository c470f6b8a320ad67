import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";

/** Last readings whose mean is a run's final value. */
const LAST = 10;

/** Returns the stats of the whole network that completed runs have, by name. */
export async function wholeStats(store: Store, runIds: readonly string[]): Promise<readonly string[]> {
  const rows = await records(
    store,
    `SELECT DISTINCT stat FROM reading JOIN run USING (run_id)
     WHERE layer IS NULL AND unit IS NULL AND distance IS NULL AND status = 'completed'
       AND probe <> 'timing' AND NOT starts_with(probe, 'cost/') AND run_id IN (SELECT unnest($1::JSON::VARCHAR[]))
     ORDER BY stat`,
    [JSON.stringify(runIds)],
  );
  return rows.map(({ stat }) => String(stat));
}

/** Returns the final value of a stat of the whole network, by run: of those that completed and have one. */
export async function finalValues(
  store: Store,
  metric: string,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  await store.flush();
  const rows = await records(
    store,
    `SELECT run_id, avg(value) AS value FROM (
       SELECT run_id, value, row_number() OVER (PARTITION BY run_id ORDER BY step DESC) AS back
       FROM reading JOIN run USING (run_id)
       WHERE stat = $1 AND layer IS NULL AND unit IS NULL AND distance IS NULL AND status = 'completed'
         AND run_id IN (SELECT unnest($2::JSON::VARCHAR[])))
     WHERE back <= ${LAST} GROUP BY run_id`,
    [metric, JSON.stringify(runIds)],
  );
  return new Map(rows.map((row) => [String(row["run_id"]), Number(row["value"])]));
}
