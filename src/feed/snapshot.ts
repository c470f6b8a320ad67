import { setTimeout as sleep } from "node:timers/promises";
import type { Histogram, Reading, Recorded, RunEvent } from "../core/types.ts";
import { encodeRecords, noCounts } from "./encode.ts";
import type { Counts, RecordsMessage } from "./protocol.ts";

/** What the feed needs of a store. */
export interface SnapshotSource {
  flush(): Promise<void>;
  query(sql: string, params?: readonly (string | number)[]): Promise<{ rows: readonly (readonly unknown[])[] }>;
}

/** Records per message: a page is a few hundred kilobytes of JSON. */
export const PAGE = 5000;
const RETRY_MS = 20;
const PATIENCE_MS = 10_000;

const COLUMNS: Record<keyof Counts, string> = {
  reading: "step, probe, stat, layer, unit, distance, value",
  histogram: "step, layer, site, unit, lo, hi, counts",
  event: 'step, epoch_ms("at"), level, kind, message, data',
};

/**
 * The first `counts` records of a run as messages, in the order they were appended. The feed may hear of a record
 * before the store does: what the store does not have yet is waited for. Throws Error when it does not come.
 */
export async function* readPages(
  store: SnapshotSource,
  runId: string,
  counts: Counts,
): AsyncGenerator<RecordsMessage, void> {
  const seq = noCounts();
  for (const table of ["reading", "histogram", "event"] as const) {
    let after = -1;
    let lastProgress = Date.now();
    while (seq[table] < counts[table]) {
      await store.flush();
      const { rows } = await store.query(
        `SELECT rowid, ${COLUMNS[table]} FROM ${table} WHERE run_id = $1 AND rowid > $2 ORDER BY rowid LIMIT $3`,
        [runId, after, Math.min(PAGE, counts[table] - seq[table])],
      );
      const last = rows.at(-1);
      if (last === undefined) {
        if (Date.now() - lastProgress > PATIENCE_MS) {
          throw new Error(`feed: the store has ${seq[table]} of ${counts[table]} ${table} rows of run ${runId}`);
        }
        await sleep(RETRY_MS);
        continue;
      }
      yield encodeRecords(
        runId,
        seq,
        rows.map((row) => RECORD[table](row)),
      );
      seq[table] += rows.length;
      after = Number(last[0]);
      lastProgress = Date.now();
    }
  }
}

const RECORD: Record<keyof Counts, (row: readonly unknown[]) => Recorded> = {
  reading: ([, step, probe, stat, layer, unit, distance, value]) =>
    present({ kind: "reading", step, probe, stat, layer, unit, distance, value }) as unknown as Reading,
  histogram: ([, step, layer, site, unit, lo, hi, counts]) =>
    present({ kind: "histogram", step, layer, site, unit, lo, hi, counts }) as unknown as Histogram,
  event: ([, step, at, level, event, message, data]) =>
    present({
      kind: "event",
      step,
      at,
      level,
      event,
      message,
      data: typeof data === "string" ? (JSON.parse(data) as unknown) : null,
    }) as unknown as RunEvent,
};

/** Without the columns that are NULL. */
function present(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
