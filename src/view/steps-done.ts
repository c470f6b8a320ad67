/** How far a run has come. */
interface Progress {
  readonly status: string;
  readonly steps: number;
  /** The last step that recorded anything. */
  readonly step: number;
}

/** Counts the steps done; the step that diverged is not. Of a completed run, the last step may have recorded nothing. */
export function stepsDone({ status, steps, step }: Progress): number {
  if (status === "completed") return steps;
  return status === "diverged" ? step : Math.min(steps, step + 1);
}
