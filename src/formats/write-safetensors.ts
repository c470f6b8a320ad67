import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type PlainTensor, toSafetensors } from "../core/safetensors.ts";
import { READING_OF_RUN } from "../store/queries/reading-row.ts";
import type { StoreReader } from "../store/reader.ts";
import type { RunChoice } from "../store/run-choice.ts";
import type { Store } from "../store/store.ts";
import type { ExportedRun } from "./exported-run.ts";
import { seriesName } from "./series-name.ts";
import { type Written, writeEachRun } from "./write-each-run.ts";

/** A series while it is read. */
interface OpenSeries {
  readonly key: Readonly<Record<string, string | number>>;
  readonly steps: number[];
  readonly values: number[];
}

/**
 * Writes the readings of the runs chosen as safetensors files, `experiment/arm/seed-0.safetensors`: of each series the
 * tensors `probe/stat/layer-3/step` (int32) and `probe/stat/layer-3/value` (float64). Of the metadata, `run` is the run's
 * row and `series` the probe, stat, layer, unit and distance of each series, both as JSON. Holds one run in memory.
 *
 * @throws {UserError} when there is no such run, the folder is there already, or `signal` ends it.
 */
export async function writeSafetensors(
  store: Store,
  folder: string,
  choice: RunChoice,
  signal?: AbortSignal,
): Promise<Written> {
  return writeEachRun(store, folder, { choice, signal }, async (reader, path, run) => {
    const bytes = await bytesOf(reader, run);
    const file = join(path, ...`${run.place}.safetensors`.split("/"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return bytes.length;
  });
}

async function bytesOf(reader: StoreReader, { runId, row }: ExportedRun): Promise<Uint8Array> {
  const series = new Map<string, OpenSeries>();
  const rest = "FROM reading WHERE run_id = $1 ORDER BY step, rowid";
  for await (const { rowCount, columns } of reader.blocks(READING_OF_RUN, rest, [runId])) {
    for (let at = 0; at < rowCount; at++) {
      const key = {
        probe: columns.probe.getItem(at),
        stat: columns.stat.getItem(at),
        layer: columns.layer.getItem(at),
        unit: columns.unit.getItem(at),
        distance: columns.distance.getItem(at),
      };
      const name = seriesName(key);
      const there = series.get(name) ?? { key: filled(key), steps: [], values: [] };
      series.set(name, there);
      there.steps.push(columns.step.getItem(at));
      there.values.push(columns.value.getItem(at) ?? NaN);
    }
  }
  const tensors: Record<string, PlainTensor> = {};
  for (const [name, { steps, values }] of series) {
    const shape = [steps.length];
    tensors[`${name}/step`] = { shape, values: Int32Array.from(steps) };
    tensors[`${name}/value`] = { shape, values: Float64Array.from(values) };
  }
  const keys = Object.fromEntries([...series].map(([name, { key }]) => [name, key]));
  return toSafetensors({ tensors, metadata: { run: JSON.stringify(row), series: JSON.stringify(keys) } });
}

const filled = (key: Readonly<Record<string, string | number | null>>): OpenSeries["key"] =>
  Object.fromEntries(Object.entries(key).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
