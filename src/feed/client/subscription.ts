import type { LocatedFrame } from "../protocol/message.ts";
import type { ServerMessage } from "../protocol/server-messages.ts";
import type { Subscribe } from "../protocol/client-messages.ts";
import type { Definitions } from "./definitions.ts";

/** One thing that was asked for, as the connection sees it. */
export interface Subscription {
  /** What is asked for. */
  readonly request: DistributiveOmit<Subscribe, "type" | "id" | "resume">;
  /** A new server process, or the first one: numbers have the meaning of these definitions from now on. */
  begin(definitions: Definitions): void;
  /** The snapshot comes again, from its start. */
  restart(): void;
  /** Everything up to now has come. */
  live(): void;
  frame(frame: LocatedFrame): void;
  events(message: Extract<ServerMessage, { type: "events" }>): void;
  /** So many records of the run are on disk, by kind, as the sequence numbers of frames count. */
  stored(run: number, counts: readonly [readings: number, histograms: number, events: number]): void;
  /** The run is no more: nothing comes of it, unless it is begun again from its start. */
  forget(runId: string): void;
  fail(error: Error): void;
  complete(): void;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
