import type { BackendName } from "../../backend/start.ts";
import type { TrialIdentity } from "../../checkpoints/checkpoint.ts";
import type { Draft } from "../../checkpoints/run-checkpoints.ts";
import type { Replay } from "../../core/replay.ts";
import type { DataSet, Hyper, Recorded, Training } from "../../core/types.ts";

/** When checkpoints are written. */
export type CheckpointSchedule = { readonly milliseconds: number } | { readonly steps: number };

/** The order that starts a training thread. Pixels lie in shared memory, so every trial reads the same copy. */
export interface TrialOrder {
  readonly pipeline: string;
  readonly arm: string;
  readonly seed: number;
  readonly hyper: Hyper & { readonly steps: number };
  readonly data: DataSet;
  readonly backend: BackendName;
  /** When and where checkpoints are written, and what they say they are of. Default: none are. */
  readonly checkpoints?:
    { readonly every: CheckpointSchedule; readonly root: string; readonly identity: TrialIdentity } | undefined;
  /** File of the checkpoint that it goes on from. Default: it begins. */
  readonly from?: string | undefined;
  /** What steered the run that it repeats. Default: it repeats none. */
  readonly replay?: Replay | undefined;
}

/** Chunks that may be under way before training waits for the sinks. */
export const CREDITS = 8;

/**
 * From the runner to the thread: room for one chunk more, an end after the current step, a pause before the next, or another
 * value of a control from the next on.
 */
export type ToWorker =
  | { readonly type: "credit" }
  | { readonly type: "stop" }
  | { readonly type: "pause"; readonly isPaused: boolean }
  | { readonly type: "move"; readonly control: string; readonly value: number };

/** How a trial ended, as its thread saw it. */
export type Outcome =
  | { readonly status: "completed" | "interrupted" }
  | { readonly status: "diverged"; readonly message: string; readonly step: number; readonly layer: number | null }
  | { readonly status: "failed"; readonly message: string; readonly isUserError: boolean; readonly stack?: string };

/**
 * From the thread to the runner. `steps` counts optimizer steps begun; `training` comes once, before the first. A
 * checkpoint counts when all that was sent before it is durable; `unresumable` takes back those that were sent.
 */
export type FromWorker =
  | { readonly type: "training"; readonly training: Training }
  | { readonly type: "records"; readonly records: readonly Recorded[]; readonly steps: number }
  | { readonly type: "checkpoint"; readonly draft: Draft }
  | { readonly type: "unresumable" }
  | { readonly type: "end"; readonly outcome: Outcome };

/** What a thread is asked that looks at the trials of a pipeline and trains none. */
export type PreviewOrder = Omit<TrialOrder, "arm" | "pipeline" | "checkpoints" | "from" | "replay"> & {
  readonly arms: readonly string[];
};

/** An arm as it is known before its first step. */
export interface ArmPreview {
  readonly dataset: string;
  /** What it trains and measures, where it came so far as to show that. */
  readonly training?: Training;
  /** Its probes, each with the reason why it does not fit. */
  readonly probes: readonly { readonly name: string; readonly misfit?: string | undefined }[];
  /** Why it cannot train at all. */
  readonly refusal?: string;
  /** It took too long to show. */
  readonly isUnknown?: boolean;
}

/** What the previewing thread says. */
export type FromPreview =
  { readonly type: "arm"; readonly arm: string; readonly preview: ArmPreview } | { readonly type: "end" };
