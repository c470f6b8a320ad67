/** How far a run has come. */
interface Progress {
  readonly status: string;
  readonly steps: number;
  /** The last step seen; of a completed run, the last that was trained, recorded or not. */
  readonly step: number;
}

/** Counts the steps done; the step that diverged is not. */
export function stepsDone({ status, steps, step }: Progress): number {
  return status === "diverged" ? step : Math.min(steps, step + 1);
}
