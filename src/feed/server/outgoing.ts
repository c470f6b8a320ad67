import type { WireEvent } from "../protocol/server-messages.ts";
import type { RunEntry } from "./registry.ts";

/** Events of one run, to be sent as JSON. */
export interface EventsOut {
  readonly run: RunEntry;
  readonly tick: number;
  /** Events left out just before these. */
  readonly skipped?: number;
  readonly events: readonly WireEvent[];
}

/** Records of one run for one subscription, whoever's: a binary frame without its number, or events. */
export type Outgoing = Uint8Array<ArrayBuffer> | EventsOut;
