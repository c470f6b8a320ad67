import type { Histogram, Reading, Recorded, Run, RunEvent, RunStatus } from "../core/types.ts";
import type {
  Counts,
  ReadingColumns,
  RecordsMessage,
  RunState,
  WireEvent,
  WireHistogram,
  WireNumber,
} from "./protocol.ts";

/** A number as JSON can carry it. */
export function encodeNumber(value: number): WireNumber {
  return Number.isFinite(value) ? value : (String(value) as WireNumber);
}

/** The message that carries these records of a run; `seq` counts the records before them. */
export function encodeRecords(runId: string, seq: Counts, records: readonly Recorded[]): RecordsMessage {
  const readings = noReadings();
  const histograms: WireHistogram[] = [];
  const events: WireEvent[] = [];
  for (const record of records) {
    if (record.kind === "reading") pushReading(readings, record);
    else if (record.kind === "histogram") histograms.push(encodeHistogram(record));
    else events.push(encodeEvent(record));
  }
  return { type: "records", runId, seq: { ...seq }, readings, histograms, events };
}

export function encodeRun(run: Run, status: RunStatus, endedAt: number | null): RunState {
  const { runId, experiment, arm, seed, hyper, steps, backend, dataset, network, startedAt } = run;
  return { runId, experiment, arm, seed, hyper, steps, backend, dataset, network, startedAt, endedAt, status };
}

export function noCounts(): Counts {
  return { reading: 0, histogram: 0, event: 0 };
}

function noReadings(): ReadingColumns {
  return { step: [], probe: [], stat: [], layer: [], unit: [], distance: [], value: [] };
}

function pushReading(columns: ReadingColumns, reading: Reading): void {
  columns.step.push(reading.step);
  columns.probe.push(reading.probe);
  columns.stat.push(reading.stat);
  columns.layer.push(reading.layer ?? null);
  columns.unit.push(reading.unit ?? null);
  columns.distance.push(reading.distance === undefined ? null : encodeNumber(reading.distance));
  columns.value.push(encodeNumber(reading.value));
}

function encodeHistogram({ step, layer, site, unit, lo, hi, counts }: Histogram): WireHistogram {
  return { step, layer, site, unit: unit ?? null, lo: encodeNumber(lo), hi: encodeNumber(hi), counts: [...counts] };
}

function encodeEvent({ step, at, level, event, message, data }: RunEvent): WireEvent {
  return { step, at: Math.round(at), level, event, message, data: data ?? null };
}
