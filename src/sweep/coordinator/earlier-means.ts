import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import type { StretchMean } from "./metric-means.ts";

/** What a run that is over had of a stat at the end of a stretch. */
export interface EarlierMean extends StretchMean {
  readonly runId: string;
  readonly metric: string;
}

/** Reads from the store what runs had of stats, stretch by stretch of `width` steps, as `MetricMeans` follows them. */
export async function earlierMeans(
  store: Store,
  runIds: readonly string[],
  metrics: readonly string[],
  width: number,
): Promise<readonly EarlierMean[]> {
  if (runIds.length === 0) return [];
  await store.flush();
  const rows = await records(
    store,
    `SELECT run_id, stat, step // $3::INTEGER AS stretch, arg_max(mean, step) AS mean FROM (
       SELECT run_id, stat, step,
         avg(value) OVER (PARTITION BY run_id, stat ORDER BY step ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) AS mean
       FROM reading WHERE layer IS NULL AND unit IS NULL AND distance IS NULL
         AND run_id IN (SELECT unnest($1::JSON::VARCHAR[])) AND list_contains($2::JSON::VARCHAR[], stat))
     GROUP BY ALL ORDER BY ALL`,
    [JSON.stringify(runIds), JSON.stringify(metrics), width],
  );
  return rows.map((row) => ({
    runId: String(row["run_id"]),
    metric: String(row["stat"]),
    stretch: Number(row["stretch"]),
    mean: Number(row["mean"]),
  }));
}
