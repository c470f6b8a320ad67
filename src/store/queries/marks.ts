import { type ColumnSql, rowsOf, type Select } from "./select.ts";
import type { RecordKind } from "./types.ts";
import { TABLES, where } from "./where.ts";

interface Mark {
  readonly runId: string;
  readonly records: number;
}

const MARK: ColumnSql<Mark> = { runId: "run_id", records: "count(*)::INTEGER" };

/** Counts the records of a kind that there are of each of the runs. */
export async function marks(
  select: Select,
  kind: RecordKind,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map(runIds.map((runId) => [runId, 0]));
  if (runIds.length === 0) return found;
  const { sql, params } = where({ runs: runIds }, kind);
  const blocks = await select(MARK, `FROM ${TABLES[kind]} WHERE ${sql} GROUP BY run_id`, params);
  for (const { runId, records } of rowsOf(blocks)) found.set(runId, records);
  return found;
}
