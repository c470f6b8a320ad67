export { connect, type ConnectOptions } from "./connect.ts";
export { FeedError, QueryError } from "./errors.ts";
export type { Connecting, ConnectionState, Disconnected, Feed, FeedEvent, Live, OfRun, QueryColumn } from "./feed.ts";
export type { HistogramRequest, LostRecords, RecordRequest } from "./feed.ts";
export type { QueryRows, RunHistogram, RunReading, SeriesRequest } from "./feed.ts";
export { csvField, plainText } from "../../core/plain-text.ts";
export type { Series, SeriesSet } from "./series.ts";
export type { Filter } from "../protocol/filter.ts";
export type { RunState } from "../../core/types.ts";
