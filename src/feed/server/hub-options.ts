import type { RunState } from "../../core/types.ts";
import type { Reader } from "../../store/queries/types.ts";
import type { Declaration } from "../protocol/declaration.ts";

/** What a hub is made with. */
export interface HubOptions {
  /** Names this server process. */
  readonly epoch: string;
  /** Path of the store, for people to read. */
  readonly store: string;
  readonly reader: Reader;
  /** The runs that the store has already. */
  readonly runs: readonly RunState[];
  /** What it has declared of them. Default: nothing. */
  readonly declarations?: readonly Declaration[];
  /** Whether runs can be noted, tagged and removed. Default false. */
  readonly keeps?: boolean;
  readonly ringBytes?: number | undefined;
}
