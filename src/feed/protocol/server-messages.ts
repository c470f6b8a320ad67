import type { EventLevel, RunState } from "../../core/types.ts";
import type { Declaration } from "./declaration.ts";

/** A series by its number: `[id, run number, probe, stat, layer, unit, distance]`. */
export type SeriesDefinition = readonly [number, number, string, string, number | null, number | null, unknown];
/** A histogram's place by its number: `[id, run number, layer, site, unit]`. */
export type PlaceDefinition = readonly [number, number, number, string, number | null];

/** One event of a run. */
export interface WireEvent {
  readonly step: number;
  readonly at: number;
  readonly level: EventLevel;
  readonly name: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** What the server says in JSON text frames; readings, buckets and histograms travel in binary ones. */
export type ServerMessage =
  | {
      readonly type: "hello";
      readonly protocol: number;
      readonly epoch: string;
      readonly store: string;
      readonly controls?: boolean;
      /** Whether runs can be noted, tagged and removed here. */
      readonly keeps?: boolean;
    }
  /** Every run the server knows, each with its number. */
  | { readonly type: "runs"; readonly runs: readonly (RunState & { readonly run: number })[] }
  /** A run was added or has changed. */
  | ({ readonly type: "run"; readonly run: number } & RunState)
  /** Runs, by their numbers, that are no more: nothing comes of them after this. */
  | { readonly type: "removed"; readonly runs: readonly number[] }
  /** What is trained, or was: those that are new or have changed. */
  | { readonly type: "declared"; readonly declarations: readonly Declaration[] }
  /** How far runs under way have come: `[run number, step, steps per second]`. */
  | { readonly type: "progress"; readonly runs: readonly (readonly [number, number, number | null])[] }
  /**
   * How much of runs under way is on disk, where a crash cannot take it: `[run number, readings, histograms, events]`, as
   * the sequence numbers of frames count.
   */
  | { readonly type: "stored"; readonly runs: readonly (readonly [number, number, number, number])[] }
  | {
      readonly type: "define";
      readonly series: readonly SeriesDefinition[];
      readonly places: readonly PlaceDefinition[];
    }
  | {
      readonly type: "events";
      readonly id: number;
      readonly run: number;
      readonly tick: number;
      readonly skipped: number;
      readonly events: readonly WireEvent[];
    }
  /** Forget what was sent for this subscription: a snapshot follows. */
  | { readonly type: "resync"; readonly id: number }
  /** The subscription has everything up to `tick`; what comes from now on is live. */
  | { readonly type: "live"; readonly id: number; readonly tick: number }
  /** All live subscriptions have everything up to `tick`. */
  | { readonly type: "tick"; readonly tick: number }
  /** Records left out for this client so far, because it was too slow. */
  | { readonly type: "skipped"; readonly total: number }
  | {
      readonly type: "rows";
      readonly id: number;
      readonly columns: readonly { readonly name: string; readonly type: string }[];
      readonly rows: readonly (readonly unknown[])[];
      readonly truncated: boolean;
      readonly ms: number;
    }
  /** What a `control` asked for has been done. */
  | { readonly type: "done"; readonly id: number }
  /** A request that was refused: a subscription's, a query's or a control's `id`. */
  | {
      readonly type: "error";
      readonly id: number;
      readonly message: string;
      /** Of a query: characters of the statement before what is wrong. */
      readonly position?: number;
      /** Of a query: names that are there and look alike. */
      readonly candidates?: readonly string[];
    };

type Check = (value: unknown) => boolean;
const number: Check = (value) => typeof value === "number";
const text: Check = (value) => typeof value === "string";
const list: Check = (value) => Array.isArray(value);
const flag: Check = (value) => typeof value === "boolean";

const SHAPES: Readonly<Record<ServerMessage["type"], Readonly<Record<string, Check>>>> = {
  hello: { protocol: number, epoch: text, store: text },
  runs: { runs: list },
  run: { run: number, runId: text, status: text },
  removed: { runs: list },
  declared: { declarations: list },
  progress: { runs: list },
  stored: { runs: list },
  define: { series: list, places: list },
  events: { id: number, run: number, tick: number, skipped: number, events: list },
  resync: { id: number },
  live: { id: number, tick: number },
  tick: { tick: number },
  skipped: { total: number },
  rows: { id: number, columns: list, rows: list, truncated: flag, ms: number },
  done: { id: number },
  error: { id: number, message: text },
};

/** Reads a text frame of the server's. Throws Error when it is none of its messages. */
export function parseServerMessage(data: string): ServerMessage {
  const message = JSON.parse(data) as Readonly<Record<string, unknown>>;
  const type = message["type"];
  const shape = typeof type === "string" && Object.hasOwn(SHAPES, type) && SHAPES[type as ServerMessage["type"]];
  if (!shape || !Object.entries(shape).every(([key, check]) => check(message[key]))) {
    throw new Error(`feed: unknown message ${data.slice(0, 100)}`);
  }
  return message as unknown as ServerMessage;
}
