import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { READING_OF_RUN } from "../store/queries/reading-row.ts";
import type { StoreReader } from "../store/reader.ts";
import type { RunChoice } from "../store/run-choice.ts";
import type { Store } from "../store/store.ts";
import type { ExportedRun } from "./exported-run.ts";
import { joined } from "./protobuf.ts";
import { seriesName } from "./series-name.ts";
import { summaryRecord, type TaggedValue, versionRecord } from "./tensorboard-event.ts";
import { STORED_HISTOGRAM } from "./record-columns.ts";
import { type Written, writeEachRun } from "./write-each-run.ts";

/** Bytes that are written to a file at once. */
const AT_ONCE = 1 << 20;

/**
 * Writes the runs chosen as TensorBoard reads them: a file of events each, `experiment/arm/seed-0/events.out.tfevents…`.
 * Readings are scalars with the tag `probe/stat/layer-3/unit-2`, as 32-bit floats; histograms have the tag
 * `histogram/site/layer-3`. No reading has a time of its own: theirs are spread evenly over the run.
 *
 * @throws {UserError} when there is no such run, the folder is there already, or `signal` ends it.
 */
export async function writeTensorboard(
  store: Store,
  folder: string,
  choice: RunChoice,
  signal?: AbortSignal,
): Promise<Written> {
  return writeEachRun(store, folder, { choice, signal }, writeRun);
}

async function writeRun(reader: StoreReader, folder: string, run: ExportedRun): Promise<number> {
  const place = join(folder, ...run.place.split("/"));
  mkdirSync(place, { recursive: true });
  // TensorBoard looks for `tfevents` in the name; what machines are called stays with them.
  const seconds = Math.floor(run.startedAt / 1000);
  const file = openSync(join(place, `events.out.tfevents.${seconds}.gradstream`), "wx");
  let bytes = 0;
  let waiting: Uint8Array[] = [];
  let size = 0;
  const flush = (): void => {
    const records = joined(waiting);
    // A disk that fills up takes a part.
    for (let at = 0; at < records.length;) at += writeSync(file, records, at);
    bytes += records.length;
    waiting = [];
    size = 0;
  };
  try {
    for await (const record of recordsOf(reader, run)) {
      waiting.push(record);
      if ((size += record.length) >= AT_ONCE) flush();
    }
    flush();
  } finally {
    closeSync(file);
  }
  return bytes;
}

async function* recordsOf(reader: StoreReader, run: ExportedRun): AsyncGenerator<Uint8Array> {
  const { runId, startedAt, endedAt, lastStep } = run;
  const pace = (endedAt - startedAt) / (lastStep + 1);
  const timeOf = (step: number): number => (startedAt + (step + 1) * pace) / 1000;
  yield versionRecord(startedAt / 1000);
  let values: TaggedValue[] = [];
  let at = 0;
  for await (const { rowCount, columns } of reader.blocks(READING_OF_RUN, OF_RUN("reading"), [runId])) {
    for (let row = 0; row < rowCount; row++) {
      const step = columns.step.getItem(row);
      if (step !== at && values.length > 0) {
        yield summaryRecord(timeOf(at), at, values);
        values = [];
      }
      at = step;
      const place = {
        probe: columns.probe.getItem(row),
        stat: columns.stat.getItem(row),
        layer: columns.layer.getItem(row),
        unit: columns.unit.getItem(row),
        distance: columns.distance.getItem(row),
      };
      values.push({ tag: seriesName(place), value: columns.value.getItem(row) ?? NaN });
    }
  }
  if (values.length > 0) yield summaryRecord(timeOf(at), at, values);
  for await (const { rowCount, columns } of reader.blocks(STORED_HISTOGRAM, OF_RUN("histogram"), [runId])) {
    for (let row = 0; row < rowCount; row++) {
      const step = columns.step.getItem(row);
      const [stat, layer, unit] = [columns.site.getItem(row), columns.layer.getItem(row), columns.unit.getItem(row)];
      const tag = seriesName({ probe: "histogram", stat, layer, unit, distance: null });
      const value = {
        lo: columns.lo.getItem(row),
        hi: columns.hi.getItem(row),
        counts: columns.counts.getItem(row).items,
      };
      yield summaryRecord(timeOf(step), step, [{ tag, value }]);
    }
  }
}

const OF_RUN = (table: string): string => `FROM ${table} WHERE run_id = $1 ORDER BY step, rowid`;
