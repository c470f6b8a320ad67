import { type DuckDBAppender, type DuckDBConnection, DuckDBTimestampValue, INTEGER, LIST } from "@duckdb/node-api";
import { checkRecord } from "../core/check-record.ts";
import type { Histogram, Reading, Recorded, RunEvent } from "../core/types.ts";

/** Makes a timestamp of a time in milliseconds since the Unix epoch. */
export function timestamp(milliseconds: number): DuckDBTimestampValue {
  return new DuckDBTimestampValue(BigInt(Math.round(milliseconds)) * 1000n);
}

/** Appends records to the three hot tables of one connection. Not durable before `flush`. */
export class Writer {
  readonly #reading: DuckDBAppender;
  readonly #histogram: DuckDBAppender;
  readonly #event: DuckDBAppender;
  #dirty = false;

  constructor(reading: DuckDBAppender, histogram: DuckDBAppender, event: DuckDBAppender) {
    this.#reading = reading;
    this.#histogram = histogram;
    this.#event = event;
  }

  static async create(connection: DuckDBConnection): Promise<Writer> {
    return new Writer(
      await connection.createAppender("reading"),
      await connection.createAppender("histogram"),
      await connection.createAppender("event"),
    );
  }

  /** @throws {UserError} before anything is appended, when one is no record. */
  append(runId: string, records: readonly Recorded[]): void {
    for (const record of records) checkRecord(record);
    for (const record of records) {
      if (record.kind === "reading") this.#appendReading(runId, record);
      else if (record.kind === "histogram") this.#appendHistogram(runId, record);
      else this.#appendEvent(runId, record);
    }
    this.#dirty ||= records.length > 0;
  }

  flush(): void {
    if (!this.#dirty) return;
    this.#reading.flushSync();
    this.#histogram.flushSync();
    this.#event.flushSync();
    this.#dirty = false;
  }

  close(): void {
    this.flush();
    for (const appender of [this.#reading, this.#histogram, this.#event]) appender.closeSync();
  }

  #appendReading(runId: string, record: Reading): void {
    const row = this.#reading;
    row.appendVarchar(runId);
    row.appendInteger(record.step);
    row.appendVarchar(record.probe);
    row.appendVarchar(record.stat);
    optionalInteger(row, record.layer);
    optionalInteger(row, record.unit);
    if (record.distance === undefined) row.appendNull();
    else row.appendDouble(record.distance);
    row.appendDouble(record.value);
    row.endRow();
  }

  #appendHistogram(runId: string, record: Histogram): void {
    const row = this.#histogram;
    row.appendVarchar(runId);
    row.appendInteger(record.step);
    row.appendInteger(record.layer);
    row.appendVarchar(record.site);
    optionalInteger(row, record.unit);
    row.appendDouble(record.lo);
    row.appendDouble(record.hi);
    row.appendList(record.counts, LIST(INTEGER));
    row.endRow();
  }

  #appendEvent(runId: string, record: RunEvent): void {
    const data = record.data === undefined ? undefined : JSON.stringify(record.data);
    const row = this.#event;
    row.appendVarchar(runId);
    row.appendInteger(record.step);
    row.appendTimestamp(timestamp(record.at));
    row.appendVarchar(record.level);
    row.appendVarchar(record.name);
    row.appendVarchar(record.message);
    if (data === undefined) row.appendNull();
    else row.appendVarchar(data);
    row.endRow();
  }
}

function optionalInteger(row: DuckDBAppender, value: number | undefined): void {
  if (value === undefined) row.appendNull();
  else row.appendInteger(value);
}
