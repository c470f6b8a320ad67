import type { RowBlock, BucketRow, Moment, Reader, RecordsWanted } from "../../store/queries/types.ts";
import { BUCKET_COLUMNS, newColumns } from "../protocol/columns.ts";
import { FRAME } from "../protocol/frame.ts";
import { widthFor } from "../protocol/width.ts";
import { append } from "./append.ts";
import { columnFrame } from "./encode.ts";
import type { KnownSeries } from "./known-series.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Registry, RunEntry } from "./registry.ts";
import type { RecordSelection } from "./selection.ts";
import { readMarks, type Snapshot, wantedOf } from "./snapshot.ts";

/** Buckets per frame: half a megabyte. */
const FRAME_ROWS = 8192;

type BucketColumn = keyof typeof BUCKET_COLUMNS;
const NAMES = Object.keys(BUCKET_COLUMNS) as BucketColumn[];
/** What is copied as it is. */
const VALUES = NAMES.filter((name) => name !== "series");

interface SeriesOptions {
  readonly reader: Reader;
  readonly registry: Registry;
  readonly known: KnownSeries;
  readonly selection: RecordSelection;
  readonly points: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Aborted, nothing more is read. */
  readonly signal: AbortSignal;
}

/**
 * Returns the series that a selection wants, down-sampled by DuckDB. All series of a run have buckets of one width: that with
 * which the steps of the wanted readings fill at most `2 * points`.
 */
export function seriesSnapshot(options: SeriesOptions): Promise<Snapshot> {
  const { reader, registry, selection, points, from, to, signal } = options;
  return reader.snapshot(async (moment) => {
    const marks = await readMarks(moment, registry, "readings", selection);
    const wanted = { ...wantedOf(registry, selection.filter), from, to };
    const parts: Outgoing[] = [];
    for (const [shift, runs] of await widths(moment, wanted, points)) {
      parts.push(...frames(await moment.buckets({ ...wanted, runs }, shift), options, shift));
    }
    return { marks, parts };
  }, signal);
}

/** Runs by the width (log2) of their buckets. */
async function widths(moment: Moment, wanted: RecordsWanted, points: number): Promise<Map<number, string[]>> {
  const byShift = new Map<number, string[]>();
  for (const { runId, first, last } of await moment.spans(wanted)) {
    append(byShift, widthFor(first, last, points), runId);
  }
  return byShift;
}

function* frames(blocks: readonly RowBlock<BucketRow>[], options: SeriesOptions, shift: number): Generator<Outgoing> {
  for (const [run, stretches] of byRun(blocks, options)) {
    const rows = stretches.reduce((sum, { numbers }) => sum + numbers.length, 0);
    const columns = newColumns(BUCKET_COLUMNS, rows);
    let at = 0;
    for (const { block, first, numbers } of stretches) {
      columns.series.set(numbers, at);
      for (const name of VALUES) {
        const from = block.columns[name];
        const missing = name.endsWith("Step") ? -1 : NaN;
        const to: Float64Array | Int32Array | Uint32Array = columns[name];
        for (let row = 0; row < numbers.length; row++) to[at + row] = from.getItem(first + row) ?? missing;
      }
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

/** Rows of one series. */
interface RunStretch {
  readonly block: RowBlock<BucketRow>;
  /** First row, and the numbers of the series of the rows from there on. */
  readonly first: number;
  readonly numbers: Int32Array;
}

/** Rows are ordered by series, so those of one series, and with it of one run, lie together. */
function byRun(
  blocks: readonly RowBlock<BucketRow>[],
  { registry, known, selection }: SeriesOptions,
): Map<RunEntry, RunStretch[]> {
  const stretches = new Map<RunEntry, RunStretch[]>();
  for (const block of blocks) {
    const numbers = known.of(block);
    const ends = [...numbers.keys()].filter((row) => numbers[row] !== numbers[row + 1]);
    let first = 0;
    for (const last of ends) {
      const stretch = { block, first, numbers: numbers.subarray(first, last + 1) };
      first = last + 1;
      const number = numbers[last]!;
      if (number >= 0 && selection.series.has(number)) append(stretches, registry.series(number).run, stretch);
    }
  }
  return stretches;
}
