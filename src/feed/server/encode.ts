import { bytesOf, HISTOGRAM_COLUMNS, READING_COLUMNS, viewColumns } from "../protocol/columns.ts";
import type { ColumnsOf, ColumnType, ReadingColumns } from "../protocol/columns.ts";
import { FRAME, HEADER_BYTES, newFrame, type FrameHeader } from "../protocol/frame.ts";
import { encodeNumber } from "../protocol/number.ts";
import type { PlaceDefinition, SeriesDefinition, WireEvent } from "../protocol/server-messages.ts";
import type { Histogram, RunEvent } from "../../core/types.ts";
import type { PlaceEntry, Registry } from "./registry.ts";

type Header = Pick<FrameHeader, "run" | "tick" | "to"> & { readonly skipped?: number };

/** Makes a frame of columns, for no subscription yet. */
export function columnFrame<T extends Readonly<Record<string, ColumnType>>>(
  kind: number,
  types: T,
  rows: number,
  header: Header & { readonly extra?: number },
  fill: (columns: ColumnsOf<T>) => void,
): Uint8Array<ArrayBuffer> {
  const frame = newFrame({ id: 0, skipped: 0, extra: 0, ...header, kind, rows }, bytesOf(types, rows));
  fill(viewColumns(types, frame.buffer, HEADER_BYTES, rows));
  return frame;
}

/** Makes a frame of those rows of readings. */
export function readingsFrame(
  columns: ReadingColumns,
  rows: ArrayLike<number>,
  header: Header,
): Uint8Array<ArrayBuffer> {
  return columnFrame(FRAME.readings, READING_COLUMNS, rows.length, header, ({ value, step, series }) => {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      value[i] = columns.value[row]!;
      step[i] = columns.step[row]!;
      series[i] = columns.series[row]!;
    }
  });
}

export interface PlacedHistogram {
  readonly place: number;
  readonly record: Pick<Histogram, "step" | "lo" | "hi"> & { readonly counts: ArrayLike<number> };
}

/** Makes a frame of histograms, their counts one after another. */
export function histogramsFrame(list: readonly PlacedHistogram[], header: Header): Uint8Array<ArrayBuffer> {
  const bins = list.reduce((sum, { record }) => sum + record.counts.length, 0);
  const rows = list.length;
  const bytes = bytesOf(HISTOGRAM_COLUMNS, rows);
  const frame = newFrame({ id: 0, skipped: 0, ...header, kind: FRAME.histograms, rows, extra: bins }, bytes + 4 * bins);
  const columns = viewColumns(HISTOGRAM_COLUMNS, frame.buffer, HEADER_BYTES, rows);
  const counts = new Uint32Array(frame.buffer, HEADER_BYTES + bytes, bins);
  let at = 0;
  list.forEach(({ place, record }, i) => {
    columns.lo[i] = record.lo;
    columns.hi[i] = record.hi;
    columns.step[i] = record.step;
    columns.place[i] = place;
    columns.bins[i] = record.counts.length;
    counts.set(record.counts, at);
    at += record.counts.length;
  });
  return frame;
}

/** Writes an event as it is sent. */
export function encodeEvent({ step, at, level, name, message, data }: RunEvent): WireEvent {
  return { step, at: Math.round(at), level, name, message, data: data ?? null };
}

/** Writes what the number of a series stands for. */
export function defineSeries(registry: Registry, number: number): SeriesDefinition {
  const { run, probe, stat, layer, unit, distance } = registry.series(number);
  return [number, run.number, probe, stat, layer, unit, distance === null ? null : encodeNumber(distance)];
}

/** Writes what the number of a place stands for. */
export function definePlace({ number, run, layer, site, unit }: PlaceEntry): PlaceDefinition {
  return [number, run.number, layer, site, unit];
}
