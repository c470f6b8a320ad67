import type { QueryParameter } from "../query.ts";
import { type ColumnSql, mapped, rowsOf, type Select } from "./select.ts";
import { SERIES } from "./series.ts";
import type {
  RowBlock,
  EventRow,
  HistogramRow,
  ReadingRow,
  RecordKind,
  RowWindow,
  ColumnValues,
  RecordsWanted,
} from "./types.ts";
import { TABLES, where } from "./where.ts";

const READING: ColumnSql<ReadingRow> = { ...SERIES, step: "step", value: "value" };

const HISTOGRAM: ColumnSql<HistogramRow> = {
  runId: "run_id",
  layer: "layer",
  site: "site",
  unit: "unit",
  lo: "lo",
  hi: "hi",
  step: "step",
  counts: "counts",
};

const EVENT: ColumnSql<EventRow> = {
  runId: "run_id",
  step: "step",
  at: 'epoch_ms("at")::DOUBLE',
  level: "level",
  name: "name",
  message: "message",
  data: "data",
};

/** Returns the number of the last row of a kind, -1 where there is none. */
export async function lastRow(select: Select, kind: RecordKind): Promise<number> {
  const last = await select<{ row: number }>({ row: "coalesce(max(rowid), -1)::DOUBLE" }, `FROM ${TABLES[kind]}`);
  return rowsOf(last)[0]!.row;
}

/** Reads readings, each as a row of its columns. */
export function readings(
  select: Select,
  wanted: RecordsWanted,
  window: RowWindow,
): Promise<readonly RowBlock<ReadingRow>[]> {
  return select(READING, ...inWindow("readings", wanted, window));
}

/** Lists are the driver's, whose items are looked at when a row is read. */
export async function histograms(
  select: Select,
  wanted: RecordsWanted,
  window: RowWindow,
): Promise<readonly RowBlock<HistogramRow>[]> {
  const blocks = await select(HISTOGRAM, ...inWindow("histograms", wanted, window));
  return blocks.map(({ rowCount, columns }) => {
    const lists = columns.counts as unknown as ColumnValues<{ readonly items: readonly number[] }>;
    return { rowCount, columns: { ...columns, counts: mapped(lists, ({ items }) => items) } };
  });
}

/** Reads events; data are JSON, which is parsed when a row is read. */
export async function events(
  select: Select,
  wanted: RecordsWanted,
  window: RowWindow,
): Promise<readonly RowBlock<EventRow>[]> {
  const blocks = await select(EVENT, ...inWindow("events", wanted, window));
  return blocks.map(({ rowCount, columns }) => {
    const texts = columns.data as unknown as ColumnValues<string | null>;
    const data = mapped(texts, (text) => JSON.parse(text ?? "null") as EventRow["data"]);
    return { rowCount, columns: { ...columns, data } };
  });
}

function inWindow(
  kind: RecordKind,
  wanted: RecordsWanted,
  { after, to }: RowWindow,
): [rest: string, params: readonly QueryParameter[]] {
  const { sql, params } = where(wanted, kind);
  const n = params.length;
  const rest = `FROM ${TABLES[kind]} WHERE ${sql} AND rowid > $${n + 1} AND rowid <= $${n + 2} ORDER BY rowid`;
  return [rest, [...params, after, to]];
}
