import type { Hyper, RunStatus } from "../../core/types.ts";

/** A run as it stands. Times in milliseconds since the Unix epoch. */
export interface RunState {
  readonly runId: string;
  readonly experiment: string;
  readonly pipeline: string;
  readonly arm: string;
  readonly seed: number;
  readonly hyper: Hyper;
  /** Steps planned. */
  readonly steps: number;
  readonly backend: string;
  readonly dataset: string;
  readonly network: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Last step seen, -1 before the first; of a run that diverged, the one whose loss is not finite. */
  readonly step: number;
  /** Recent steps per second while it runs. */
  readonly stepsPerSecond: number | null;
}
