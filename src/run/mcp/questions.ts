import { UserError } from "../../core/errors.ts";
import { rowsOf } from "../../store/queries/select.ts";
import type { BucketRow, RecordsWanted } from "../../store/queries/types.ts";
import { records } from "../../store/records.ts";
import { choiceSql, type RunChoice } from "../../store/run-choice.ts";
import type { Store } from "../../store/store.ts";
import { SqlPool } from "../sql/sql-pool.ts";

/** Series that are read at once. */
const MOST_SERIES = 50;

/** Lists recorded runs with their final numbers, the newest first. */
export function listRuns(store: Store, choice: RunChoice, limit: number): Promise<object> {
  return records(
    store,
    `SELECT * FROM run_summary WHERE ${choiceSql(choice)} ORDER BY started_at DESC, run_id LIMIT ${limit}`,
  );
}

/** Describes the tables and views of a store with the names and types of their columns, and how much is in it. */
export async function describeStore(store: Store): Promise<object> {
  const columns = await records(
    store,
    `SELECT table_name AS name, string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_index) AS columns,
       table_name IN (SELECT view_name FROM duckdb_views()) AS is_view
     FROM duckdb_columns() WHERE NOT internal AND database_name = current_database()
       AND table_name NOT IN ('schema_version', 'extension_version') GROUP BY ALL ORDER BY name`,
  );
  const counts = await records(
    store,
    `SELECT (SELECT count(*) FROM run)::DOUBLE AS runs, (SELECT count(*) FROM reading)::DOUBLE AS readings,
       (SELECT list(DISTINCT experiment ORDER BY experiment) FROM run) AS experiments`,
  );
  const probes = await records(
    store,
    "SELECT probe, list(DISTINCT stat ORDER BY stat) AS stats FROM reading GROUP BY probe ORDER BY probe",
  );
  const of = (isView: boolean) =>
    columns.filter((row) => row["is_view"] === isView).map(({ name, columns }) => ({ name, columns }));
  return { store: store.path, ...counts[0], probes, tables: of(false), views: of(true) };
}

/** Runs SQL of a stranger in a process of its own, with its limits. */
export async function querySql(store: Store, sql: string): Promise<object> {
  const pool = new SqlPool(store);
  try {
    const { columns, json, truncated } = await pool.ask(sql);
    return { columns, rows: JSON.parse(`[${json.join(",")}]`) as unknown, truncated };
  } finally {
    await pool.close();
  }
}

/**
 * Reads the wanted readings, each series in `points` buckets of equal width at most: of each the first step, the least, the greatest
 * and the last value. Where every step has a bucket the three are the same.
 *
 * @throws {UserError} when there are none, or too many series.
 */
export async function readSeries(store: Store, wanted: RecordsWanted, points: number): Promise<object> {
  const reader = await store.openReader();
  try {
    return await reader.snapshot(async (moment) => {
      const spans = await moment.spans(wanted);
      if (spans.length === 0)
        throw new UserError("no such reading; describe_store lists probes and stats, list_runs the runs");
      const first = Math.min(...spans.map((span) => span.first));
      const last = Math.max(...spans.map((span) => span.last));
      let shift = 0;
      while ((last >> shift) - (first >> shift) >= points) shift++;
      const series = new Map<bigint, { of: object; points: object[] }>();
      for (const row of rowsOf<BucketRow>(await moment.buckets(wanted, shift))) {
        const { runId, probe, stat, layer, unit, distance, start, min, max, last, readings, broken } = row;
        const there = series.get(row.series) ?? { of: { runId, probe, stat, layer, unit, distance }, points: [] };
        series.set(row.series, there);
        if (series.size > MOST_SERIES)
          throw new UserError(`these are more than ${MOST_SERIES} series; name layers, units or fewer runs`);
        there.points.push({ step: start, min, max, last, readings, ...(broken > 0 ? { notFinite: broken } : {}) });
      }
      return { stepsPerPoint: 2 ** shift, series: [...series.values()].map(({ of, points }) => ({ ...of, points })) };
    });
  } finally {
    await reader.close();
  }
}
