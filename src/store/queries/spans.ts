import { type ColumnSql, rowsOf, type Select } from "./select.ts";
import type { Span, RecordsWanted } from "./types.ts";
import { where } from "./where.ts";

const SPAN: ColumnSql<Span> = { runId: "run_id", first: "min(step)", last: "max(step)" };

/** Finds the first and last step of each run that has wanted readings. */
export async function spans(select: Select, wanted: RecordsWanted): Promise<readonly Span[]> {
  const { sql, params } = where(wanted, "readings");
  return rowsOf(await select(SPAN, `FROM reading WHERE ${sql} GROUP BY run_id`, params));
}
