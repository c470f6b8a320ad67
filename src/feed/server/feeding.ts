import type { Pace } from "../../core/pace.ts";
import type { Recorded } from "../../core/types.ts";
import type { RunEntry } from "./registry.ts";

/** A run under way. */
export interface Feeding {
  readonly entry: RunEntry;
  readonly pace: Pace;
  pending: Recorded[];
  moved: boolean;
  /** Steps of one that ended before all were done. */
  endedAfter: number | undefined;
}
