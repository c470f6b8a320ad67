import { type ColumnSql, type Select } from "./select.ts";
import { SERIES } from "./series.ts";
import type { RowBlock, BucketRow, SeriesRow, RecordsWanted } from "./types.ts";
import { where } from "./where.ts";

/** Of the rows that `buckets` groups. */
const BUCKET: ColumnSql<BucketRow> = {
  ...(Object.fromEntries(Object.keys(SERIES).map((name) => [name, `"${name}"`])) as ColumnSql<SeriesRow>),
  start: "start",
  min: "lo.value",
  minStep: "lo.step",
  max: "hi.value",
  maxStep: "-hi.step",
  last: "last",
  lastStep: "last_step",
  readings: "readings",
  broken: "broken",
};

const SERIES_LIST = Object.entries(SERIES)
  .map(([name, sql]) => `${sql} AS "${name}"`)
  .join(", ");

/**
 * Reads readings in buckets of `2 ** shift` steps, ordered by series and start. Of equal extremes the first step counts,
 * of equal last steps the row that was appended last: `rowid` grows with appending, and together they fit 63 bits.
 */
export function buckets(select: Select, wanted: RecordsWanted, shift: number): Promise<readonly RowBlock<BucketRow>[]> {
  const { sql, params } = where(wanted, "readings");
  const by = `$${params.length + 1}::INTEGER`;
  return select(
    BUCKET,
    `FROM (
       SELECT ${SERIES_LIST}, (step >> ${by}) << ${by} AS start,
         min({ value: value, step: step }) FILTER (isfinite(value)) AS lo,
         max({ value: value, step: -step }) FILTER (isfinite(value)) AS hi,
         arg_max(value, (step::BIGINT << 32) + rowid) AS last, max(step) AS last_step,
         count(*)::INTEGER AS readings, (count(*) FILTER (NOT isfinite(value)))::INTEGER AS broken
       FROM reading WHERE ${sql} GROUP BY ALL)
     ORDER BY series, start`,
    [...params, shift],
  );
}
