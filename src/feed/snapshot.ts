import { setTimeout as sleep } from "node:timers/promises";
import { encodeNumber, encodeRecords, noCounts } from "./encode.ts";
import type { Counts, RecordsMessage, WireEvent, WireHistogram, WireNumber } from "./protocol.ts";

type Rows = readonly (readonly unknown[])[];

/** What the feed needs of a store. */
export interface SnapshotSource {
  flush(): Promise<void>;
  query(sql: string, params?: readonly (string | number)[]): Promise<{ rows: Rows }>;
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
      yield { ...encodeRecords(runId, seq, []), ...ENCODE[table](rows) };
      seq[table] += rows.length;
      after = Number(last[0]);
      lastProgress = Date.now();
    }
  }
}

/** The message's tables from rows of COLUMNS, the row id before them. */
const ENCODE: Record<keyof Counts, (rows: Rows) => Partial<RecordsMessage>> = {
  reading: (rows) => {
    const column = <T>(index: number): T[] => rows.map((row) => row[index] as T);
    const numbers = (index: number): (WireNumber | null)[] =>
      rows.map((row) => (row[index] === null ? null : encodeNumber(row[index] as number)));
    const [step, probe, stat] = [column<number>(1), column<string>(2), column<string>(3)];
    const [layer, unit] = [column<number | null>(4), column<number | null>(5)];
    return { readings: { step, probe, stat, layer, unit, distance: numbers(6), value: numbers(7) as WireNumber[] } };
  },
  histogram: (rows) => ({
    histograms: rows.map(([, step, layer, site, unit, lo, hi, counts]) => {
      const [low, high] = [encodeNumber(lo as number), encodeNumber(hi as number)];
      return { step, layer, site, unit, lo: low, hi: high, counts } as WireHistogram;
    }),
  }),
  event: (rows) => ({
    events: rows.map(([, step, at, level, event, message, json]) => {
      const data: unknown = typeof json === "string" ? JSON.parse(json) : null;
      return { step, at, level, event, message, data } as WireEvent;
    }),
  }),
};
