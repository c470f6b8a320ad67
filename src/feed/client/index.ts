export { connect, type ConnectOptions } from "./connect.ts";
export { FeedError, QueryError } from "./errors.ts";
export type {
  Connected,
  Connecting,
  ConnectionState,
  Disconnected,
  Feed,
  FeedEvent,
  OfRun,
  QueryColumn,
} from "./feed.ts";
export type { HistogramRequest, LostRecords, RecordRequest } from "./feed.ts";
export type { QueryRows, RunHistogram, RunReading, SeriesRequest } from "./feed.ts";
export { csvField, plainText } from "../../core/plain-text.ts";
export type { Series, SeriesSet } from "./series.ts";
export type { ControlCommand, KeepingCommand, TrialCommand } from "../protocol/control.ts";
export type { Declaration, DeclaredArm, DeclaredTrial } from "../protocol/declaration.ts";
export type { Filter } from "../protocol/filter.ts";
export type { NamedOptions, RunState, Slider, Sliders, TrainedLayer } from "../../core/types.ts";
