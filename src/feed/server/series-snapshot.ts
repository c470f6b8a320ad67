import { BUCKET_COLUMNS, newColumns } from "../protocol/columns.ts";
import { FRAME } from "../protocol/frame.ts";
import { widthFor } from "../protocol/width.ts";
import { columnFrame } from "./encode.ts";
import { FIRST_VALUE_COLUMN, type KnownSeries, SERIES_COLUMNS } from "./known-series.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Registry, RunEntry } from "./registry.ts";
import type { Selection } from "./selection.ts";
import { readMarks, type Snapshot } from "./snapshot.ts";
import type { Chunk, FeedReader, Parameter, Select } from "./source.ts";
import { where, type Wanted, wantedRuns } from "./where.ts";

/** Buckets per frame: half a megabyte. */
const FRAME_ROWS = 8192;

const NAMES = Object.keys(BUCKET_COLUMNS) as (keyof typeof BUCKET_COLUMNS)[];
/** Names of the values in the order in which the query gives them. */
const VALUES = ["start", "min", "minStep", "max", "maxStep", "last", "lastStep", "readings", "broken"] as const;

export interface SeriesOptions {
  readonly reader: FeedReader;
  readonly registry: Registry;
  readonly known: KnownSeries;
  readonly selection: Selection;
  readonly points: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/**
 * The series that a selection wants, down-sampled by DuckDB. All series of a run have buckets of one width: that with
 * which the steps of the wanted readings fill at most `2 * points`.
 */
export function seriesSnapshot(options: SeriesOptions): Promise<Snapshot> {
  const { reader, registry, selection, points, from, to } = options;
  return reader.snapshot(async (select) => {
    const { filter } = selection;
    const marks = await readMarks(select, registry, "readings", (run) => selection.hasRun(run));
    const wanted: Wanted = { filter, table: "reading", from, to };
    const runs = wantedRuns(registry, filter);
    const parts: Outgoing[] = [];
    for (const [shift, same] of await widths(select, registry, wanted, runs, points)) {
      const chunks = await readBuckets(select, wanted, same, shift);
      parts.push(...frames(chunks, options, shift));
    }
    return { marks, parts };
  });
}

/** Runs by the width (log2) of their buckets. */
async function widths(
  select: Select,
  registry: Registry,
  wanted: Wanted,
  runs: readonly RunEntry[] | undefined,
  points: number,
): Promise<Map<number, RunEntry[]>> {
  const { sql, params } = where(wanted, runs);
  const byShift = new Map<number, RunEntry[]>();
  const query = `SELECT run_id, min(step), max(step) FROM reading WHERE ${sql} GROUP BY run_id`;
  for (const chunk of await select(query, params)) {
    for (let row = 0; row < chunk.rowCount; row++) {
      const run = registry.runs.get(chunk.column(0).getItem(row) as string);
      if (!run) continue;
      const shift = widthFor(chunk.column(1).getItem(row) as number, chunk.column(2).getItem(row) as number, points);
      byShift.set(shift, [...(byShift.get(shift) ?? []), run]);
    }
  }
  return byShift;
}

/**
 * Buckets in order of series and start. Of equal extremes the first step counts, of equal last steps the row that was
 * appended last: `rowid` grows with appending, and together they fit 63 bits.
 */
function readBuckets(
  select: Select,
  wanted: Wanted,
  runs: readonly RunEntry[],
  shift: number,
): Promise<readonly Chunk[]> {
  const { sql, params } = where(wanted, runs);
  const by: Parameter[] = [...params, shift];
  return select(
    `SELECT series, run_id, probe, stat, layer, unit, distance,
       start, lo.value, lo.step, hi.value, -hi.step, last, last_step, readings, broken FROM (
       SELECT ${SERIES_COLUMNS}, (step >> $${by.length}::INTEGER) << $${by.length}::INTEGER AS start,
         min({ value: value, step: step }) FILTER (isfinite(value)) AS lo,
         max({ value: value, step: -step }) FILTER (isfinite(value)) AS hi,
         arg_max(value, (step::BIGINT << 32) + rowid) AS last, max(step) AS last_step,
         count(*)::INTEGER AS readings, (count(*) FILTER (NOT isfinite(value)))::INTEGER AS broken
       FROM reading WHERE ${sql} GROUP BY ALL)
     ORDER BY series, start`,
    by,
  );
}

function* frames(
  chunks: readonly Chunk[],
  { registry, known, selection }: SeriesOptions,
  shift: number,
): Generator<Outgoing> {
  for (const [run, blocks] of byRun(chunks, registry, known, selection)) {
    const rows = blocks.reduce((sum, { numbers }) => sum + numbers.length, 0);
    const columns = newColumns(BUCKET_COLUMNS, rows);
    let at = 0;
    for (const { chunk, first, numbers } of blocks) {
      columns.series.set(numbers, at);
      VALUES.forEach((name, i) => {
        const from = chunk.column(FIRST_VALUE_COLUMN + i);
        const missing = name.endsWith("Step") ? -1 : NaN;
        const to = columns[name];
        for (let row = 0; row < numbers.length; row++)
          to[at + row] = (from.getItem(first + row) as number | null) ?? missing;
      });
      at += numbers.length;
    }
    const header = { run: run.number, tick: 0, to: 0, extra: shift };
    for (let first = 0; first < rows; first += FRAME_ROWS) {
      const end = Math.min(rows, first + FRAME_ROWS);
      yield columnFrame(FRAME.buckets, BUCKET_COLUMNS, end - first, header, (part) => {
        for (const name of NAMES) part[name].set(columns[name].subarray(first, end));
      });
    }
  }
}

interface Block {
  readonly chunk: Chunk;
  /** First row, and the numbers of the series of the rows from there on. */
  readonly first: number;
  readonly numbers: Int32Array;
}

/** Rows are ordered by series, so those of one series, and with it of one run, lie together. */
function byRun(
  chunks: readonly Chunk[],
  registry: Registry,
  known: KnownSeries,
  selection: Selection,
): Map<RunEntry, Block[]> {
  const blocks = new Map<RunEntry, Block[]>();
  for (const chunk of chunks) {
    const numbers = known.of(chunk);
    const ends = [...numbers.keys()].filter((row) => numbers[row] !== numbers[row + 1]);
    let first = 0;
    for (const last of ends) {
      const block = { chunk, first, numbers: numbers.subarray(first, last + 1) };
      first = last + 1;
      const number = numbers[last]!;
      if (number < 0 || !selection.series.has(number)) continue;
      const { run } = registry.series(number);
      const list = blocks.get(run);
      if (list) list.push(block);
      else blocks.set(run, [block]);
    }
  }
  return blocks;
}
