// Store and sinks
export { openStore } from "../store/open-store.ts";
export type { Store, StoreOptions } from "../store/store.ts";
export type { RecordKind, StoredCounts } from "../store/queries/types.ts";
export type { RunNotes } from "../store/run-notes.ts";
export type { RecordCounts } from "../store/run-rows.ts";
export type { StoredColumns } from "../store/reading-columns.ts";
export type { ReadingsChoice, StepsChoice, StoredReading } from "../store/readings-choice.ts";
export type { StoreSource } from "../store/source.ts";
export type { Column, QueryParameter, QueryResult, RowValues } from "../store/query.ts";
export { duckDbSink } from "../sinks/duckdb-sink.ts";
export { feedSink } from "../sinks/feed-sink.ts";
export { memorySink, type MemorySink } from "../sinks/memory-sink.ts";
