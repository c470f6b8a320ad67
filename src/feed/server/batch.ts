import type { Histogram, Reading, Recorded, RunEvent } from "../../core/types.ts";
import type { RecordKind } from "../../store/queries/types.ts";
import { newColumns, READING_COLUMNS, type ReadingColumns } from "../protocol/columns.ts";
import type { Registry, RunEntry } from "./registry.ts";

/** What a run recorded within one tick, ready to be selected from. */
export interface TickBatch {
  readonly run: RunEntry;
  /** How many records of each kind the run had before. */
  readonly from: Readonly<Record<RecordKind, number>>;
  readonly readings: ReadingColumns;
  readonly histograms: readonly { readonly place: number; readonly record: Histogram }[];
  readonly events: readonly RunEvent[];
  /** Roughly what it takes in memory. */
  readonly bytes: number;
}

/** Counts a batch's records of a kind. */
export function countOf(batch: TickBatch, kind: RecordKind): number {
  return kind === "readings" ? batch.readings.step.length : batch[kind].length;
}

/** Makes a batch of nothing, of a run that had so many records before. */
export function emptyBatch(run: RunEntry, from: TickBatch["from"]): TickBatch {
  return { run, from: { ...from }, readings: newColumns(READING_COLUMNS, 0), histograms: [], events: [], bytes: 200 };
}

/** Makes the batch of the records that wait, and counts them as published. */
export function makeBatch(registry: Registry, run: RunEntry, records: readonly Recorded[]): TickBatch {
  const readings: Reading[] = [];
  const histograms: { readonly place: number; readonly record: Histogram }[] = [];
  const events: RunEvent[] = [];
  let bytes = 200;
  for (const record of records) {
    if (record.kind === "reading") {
      readings.push(record);
    } else if (record.kind === "histogram") {
      const place = registry.placeOf(run, { layer: record.layer, site: record.site, unit: record.unit ?? null });
      histograms.push({ place, record });
      bytes += 100 + 8 * record.counts.length;
    } else {
      events.push(record);
      bytes += 300 + 2 * record.message.length;
    }
  }
  const columns = newColumns(READING_COLUMNS, readings.length);
  for (let i = 0; i < readings.length; i++) {
    const { step, probe, stat, layer = null, unit = null, distance = null, value } = readings[i]!;
    columns.step[i] = step;
    columns.value[i] = value;
    columns.series[i] = registry.seriesOf(run, { probe, stat, layer, unit, distance });
  }
  const published = run.published!;
  const from = { ...published };
  published.readings += readings.length;
  published.histograms += histograms.length;
  published.events += events.length;
  return { run, from, readings: columns, histograms, events, bytes: bytes + 16 * readings.length };
}
