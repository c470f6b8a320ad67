import type { Outcome } from "../../run/worker/protocol.ts";
import type { SweepManifest } from "../place/manifest.ts";
import type { PlaceAddress } from "../place/result-place.ts";
import type { PlannedTrial } from "../plan/planned-trial.ts";

/** What a process is told that trains one attempt at a trial. */
export interface AttemptOrder {
  readonly place: PlaceAddress;
  readonly manifest: SweepManifest;
  readonly trial: PlannedTrial;
  readonly attempt: number;
  readonly token: string;
  /** Name of the attempt's folder. */
  readonly folder: string;
  /** Machine, process and lane, for people. */
  readonly worker: string;
  /** Its share of the machine. */
  readonly share: { readonly cores: number; readonly lanes: number };
}

export type ToChild = { readonly type: "order"; readonly order: AttemptOrder } | { readonly type: "stop" };

/** From the process: that it is alive, what the pipeline printed, and how it ended with all of it in place. */
export type FromChild =
  | { readonly type: "alive" }
  | { readonly type: "text"; readonly line: string }
  | { readonly type: "end"; readonly outcome: Outcome; readonly segments: number; readonly steps: number };
