import type { EventLevel } from "../../core/types.ts";
import { newColumns, READING_COLUMNS } from "../protocol/columns.ts";
import type { WireEvent } from "../protocol/server-messages.ts";
import type { Kind } from "./batch.ts";
import { histogramsFrame, type PlacedHistogram, readingsFrame } from "./encode.ts";
import { FIRST_VALUE_COLUMN, type KnownSeries, SERIES_COLUMNS } from "./known-series.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Registry, RunEntry } from "./registry.ts";
import type { Selection } from "./selection.ts";
import { readMarks, type Snapshot, tableOf } from "./snapshot.ts";
import type { Chunk, FeedReader } from "./source.ts";
import { where, wantedRuns } from "./where.ts";

export interface RecordsOptions {
  readonly reader: FeedReader;
  readonly registry: Registry;
  readonly known: KnownSeries;
  readonly selection: Selection;
  readonly kind: Kind;
  readonly every: number | undefined;
}

/** Rows of the store that one query looks through. */
const WINDOW: Record<Kind, number> = { readings: 65_536, histograms: 4096, events: 4096 };

const COLUMNS: Record<Kind, string> = {
  readings: `${SERIES_COLUMNS}, step, value`,
  histograms: "run_id, layer, site, unit, lo, hi, step, counts",
  events: 'run_id, step, epoch_ms("at")::DOUBLE, level, kind, message, data',
};

/**
 * Every record that a selection wants, in the order in which they were appended. Rows are never changed or deleted and
 * row numbers only grow, so reading window by window up to the last row of the first moment gives that moment.
 */
export async function recordsSnapshot(options: RecordsOptions): Promise<Snapshot> {
  const { reader, registry, selection, kind } = options;
  return reader.snapshot(async (select) => {
    const [chunk] = await select(`SELECT coalesce(max(rowid), -1)::DOUBLE FROM ${tableOf(kind)}`);
    const last = chunk!.column(0).getItem(0) as number;
    const marks = await readMarks(select, registry, kind, (run) => selection.hasRun(run));
    return { marks, parts: pages(options, last) };
  });
}

async function* pages(options: RecordsOptions, last: number): AsyncGenerator<Outgoing> {
  const { reader, registry, selection, kind, every } = options;
  const condition = where(
    { filter: selection.filter, table: tableOf(kind), every },
    wantedRuns(registry, selection.filter),
  );
  const n = condition.params.length;
  const sql = `SELECT ${COLUMNS[kind]} FROM ${tableOf(kind)}
    WHERE ${condition.sql} AND rowid > $${n + 1} AND rowid <= $${n + 2} ORDER BY rowid`;
  for (let after = -1; after < last; after += WINDOW[kind]) {
    const to = Math.min(last, after + WINDOW[kind]);
    const chunks = await reader.snapshot((select) => select(sql, [...condition.params, after, to]));
    yield* READ[kind](chunks, options);
  }
}

type Read = (chunks: readonly Chunk[], options: RecordsOptions) => Iterable<Outgoing>;

const READ: Record<Kind, Read> = {
  *readings(chunks, { registry, known, selection }) {
    const rows = chunks.reduce((sum, { rowCount }) => sum + rowCount, 0);
    const columns = newColumns(READING_COLUMNS, rows);
    const byRun = new Map<RunEntry, number[]>();
    let at = 0;
    for (const chunk of chunks) {
      const numbers = known.of(chunk);
      const [steps, values] = [chunk.column(FIRST_VALUE_COLUMN), chunk.column(FIRST_VALUE_COLUMN + 1)];
      for (let row = 0; row < chunk.rowCount; row++, at++) {
        const number = numbers[row]!;
        if (number < 0 || !selection.series.has(number)) continue;
        columns.series[at] = number;
        columns.step[at] = steps.getItem(row) as number;
        columns.value[at] = (values.getItem(row) as number | null) ?? NaN;
        append(byRun, registry.series(number).run, at);
      }
    }
    for (const [run, list] of byRun) yield readingsFrame(columns, list, header(run));
  },

  *histograms(chunks, { registry, selection }) {
    const byRun = new Map<RunEntry, PlacedHistogram[]>();
    for (const { run, item } of rowsOf(chunks, registry)) {
      const place = registry.placeOf(run, item(1) as number, item(2) as string, item(3) as number | null);
      if (!selection.places.has(place)) continue;
      const { items } = item(7) as { readonly items: readonly number[] };
      const record = { lo: item(4) as number, hi: item(5) as number, step: item(6) as number, counts: items };
      append(byRun, run, { place, record });
    }
    for (const [run, list] of byRun) yield histogramsFrame(list, header(run));
  },

  *events(chunks, { registry, selection }) {
    const byRun = new Map<RunEntry, WireEvent[]>();
    for (const { run, item } of rowsOf(chunks, registry)) {
      if (!selection.hasRun(run)) continue;
      append(byRun, run, {
        ...{ step: item(1) as number, at: item(2) as number, level: item(3) as EventLevel, event: item(4) as string },
        ...{ message: item(5) as string, data: JSON.parse((item(6) as string | null) ?? "null") as WireEvent["data"] },
      });
    }
    for (const [run, events] of byRun) yield { run, tick: 0, events };
  },
};

const header = (run: RunEntry) => ({ run: run.number, tick: 0, to: 0 });

/** Rows whose first column is the id of a run that the server knows. */
function* rowsOf(chunks: readonly Chunk[], registry: Registry) {
  for (const chunk of chunks) {
    for (let row = 0; row < chunk.rowCount; row++) {
      const item = (index: number): unknown => chunk.column(index).getItem(row);
      const run = registry.runs.get(item(0) as string);
      if (run) yield { run, item };
    }
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
