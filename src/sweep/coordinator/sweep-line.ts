import { formatDuration } from "../../view/numbers.ts";

/** How a sweep stands. */
export interface SweepStanding {
  readonly done: number;
  readonly trials: number;
  readonly failed: number;
  readonly running: number;
  /** Steps that were done in the last `seconds`, and that are left. */
  readonly stepsDone: number;
  readonly stepsLeft: number;
  readonly seconds: number;
}

/** Writes how a sweep stands: `sweep: 12 of 40 trials done, 1 failed, 2 under way, about 6 min left`. */
export function sweepLine({ done, trials, failed, running, stepsDone, stepsLeft, seconds }: SweepStanding): string {
  // From less it would be a guess.
  const isKnown = stepsLeft > 0 && stepsDone * 20 >= stepsLeft;
  const left = isKnown ? (stepsLeft * seconds) / stepsDone : undefined;
  return [
    `sweep: ${done} of ${trials} trials done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} under way`] : []),
    ...(left === undefined ? [] : [`about ${formatDuration(Math.ceil(left))} left`]),
  ].join(", ");
}
