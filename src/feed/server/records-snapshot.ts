import type { RowBlock, EventRow, HistogramRow, ReadingRow, Reader, RecordKind } from "../../store/queries/types.ts";
import { newColumns, READING_COLUMNS } from "../protocol/columns.ts";
import type { WireEvent } from "../protocol/server-messages.ts";
import { append } from "./append.ts";
import { histogramsFrame, type PlacedHistogram, readingsFrame } from "./encode.ts";
import type { KnownSeries } from "./known-series.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Registry, RunEntry } from "./registry.ts";
import type { RecordSelection } from "./selection.ts";
import { readMarks, type Snapshot, wantedOf } from "./snapshot.ts";

interface RecordsOptions {
  readonly reader: Reader;
  readonly registry: Registry;
  readonly known: KnownSeries;
  readonly selection: RecordSelection;
  readonly kind: RecordKind;
  readonly every: number | undefined;
  /** Aborted, nothing more is read. */
  readonly signal: AbortSignal;
}

/** Rows of the store that one query looks through. */
const WINDOW: Record<RecordKind, number> = { readings: 65_536, histograms: 4096, events: 4096 };

/**
 * Returns every record that a selection wants, in the order in which they were appended. Rows are only appended, except
 * when a run is removed or restarted, and row numbers only grow, so reading window by window up to the last row of the
 * first moment gives that moment.
 */
export async function recordsSnapshot(options: RecordsOptions): Promise<Snapshot> {
  const { reader, registry, selection, kind, signal } = options;
  return reader.snapshot(async (moment) => {
    const last = await moment.lastRow(kind);
    const marks = await readMarks(moment, registry, kind, selection);
    return { marks, parts: pages(options, last) };
  }, signal);
}

async function* pages(options: RecordsOptions, last: number): AsyncGenerator<Outgoing> {
  const { reader, registry, selection, kind, every, signal } = options;
  const wanted = { ...wantedOf(registry, selection.filter), every };
  for (let after = -1; after < last; after += WINDOW[kind]) {
    const window = { after, to: Math.min(last, after + WINDOW[kind]) };
    const parts = await reader.snapshot(async (moment): Promise<Iterable<Outgoing>> => {
      if (kind === "readings") return readingParts(await moment.readings(wanted, window), options);
      if (kind === "histograms") return histogramParts(await moment.histograms(wanted, window), options);
      return eventParts(await moment.events(wanted, window), options);
    }, signal);
    yield* parts;
  }
  if (last < WINDOW[kind]) return;
  // Where rows were removed, those after them move, and one of several windows may have missed some.
  const left = await reader.snapshot((moment) => moment.lastRow(kind), signal);
  if (left < last) throw new Error("feed: rows were removed while they were read");
}

function* readingParts(
  blocks: readonly RowBlock<ReadingRow>[],
  { registry, known, selection }: RecordsOptions,
): Generator<Outgoing> {
  const rows = blocks.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const columns = newColumns(READING_COLUMNS, rows);
  const byRun = new Map<RunEntry, number[]>();
  let at = 0;
  for (const block of blocks) {
    const numbers = known.of(block);
    const { step, value } = block.columns;
    for (let row = 0; row < block.rowCount; row++, at++) {
      const number = numbers[row]!;
      if (number < 0 || !selection.series.has(number)) continue;
      columns.series[at] = number;
      columns.step[at] = step.getItem(row);
      columns.value[at] = value.getItem(row) ?? NaN;
      append(byRun, registry.series(number).run, at);
    }
  }
  for (const [run, list] of byRun) yield readingsFrame(columns, list, header(run));
}

function* histogramParts(
  blocks: readonly RowBlock<HistogramRow>[],
  { registry, selection }: RecordsOptions,
): Generator<Outgoing> {
  const byRun = new Map<RunEntry, PlacedHistogram[]>();
  for (const { run, row, columns } of rowsOf(blocks, registry)) {
    const place = registry.placeOf(run, {
      layer: columns.layer.getItem(row),
      site: columns.site.getItem(row),
      unit: columns.unit.getItem(row),
    });
    if (!selection.places.has(place)) continue;
    const record = {
      lo: columns.lo.getItem(row),
      hi: columns.hi.getItem(row),
      step: columns.step.getItem(row),
      counts: columns.counts.getItem(row),
    };
    append(byRun, run, { place, record });
  }
  for (const [run, list] of byRun) yield histogramsFrame(list, header(run));
}

function* eventParts(
  blocks: readonly RowBlock<EventRow>[],
  { registry, selection }: RecordsOptions,
): Generator<Outgoing> {
  const byRun = new Map<RunEntry, WireEvent[]>();
  for (const { run, row, columns } of rowsOf(blocks, registry)) {
    if (!selection.hasRun(run)) continue;
    append(byRun, run, {
      step: columns.step.getItem(row),
      at: columns.at.getItem(row),
      level: columns.level.getItem(row),
      name: columns.name.getItem(row),
      message: columns.message.getItem(row),
      data: columns.data.getItem(row),
    });
  }
  for (const [run, events] of byRun) yield { run, tick: 0, events };
}

const header = (run: RunEntry) => ({ run: run.number, tick: 0, to: 0 });

/** Rows of runs that the server knows. */
function* rowsOf<Row extends { readonly runId: string }>(blocks: readonly RowBlock<Row>[], registry: Registry) {
  for (const { rowCount, columns } of blocks) {
    for (let row = 0; row < rowCount; row++) {
      const run = registry.runs.get(columns.runId.getItem(row));
      if (run) yield { run, row, columns };
    }
  }
}
