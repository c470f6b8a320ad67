import type { RunStatus } from "../../core/types.ts";
import type { Outcome } from "../worker/protocol.ts";

/** Exit codes of commands that train or watch, for their help. */
export const EXIT_CODES = `
Exit codes:
  0    every run completed
  1    a run failed, by an error that is not the user's
  2    bad input, or a run failed by a mistake in the pipeline
  3    a run diverged: its loss is no longer finite; the others ended well. Of sweep and worker also: a queue was out of
       reach for too long
  4    of run and reproduce: there is more to train: trials were skipped, or the time of --for was up
  130  interrupted`;

const DIVERGED = 3;

/** Exit code of what has more to train. */
export const MORE_TO_TRAIN = 4;
/** Exit code of a sweep or a worker whose queue was out of reach for too long. */
export const UNREACHABLE = 3;
/** Exit code of what was interrupted. */
export const INTERRUPTED = 130;

/** Returns the exit code of a process from the ends of its runs; the gravest counts. */
export function exitCode(outcomes: readonly Outcome[]): number {
  const isUserError = outcomes.some((outcome) => outcome.status === "failed" && outcome.isUserError);
  return isUserError ? 2 : exitCodeOf(outcomes.map(({ status }) => status));
}

/** Returns the exit code of runs of which only the status is known. */
export function exitCodeOf(statuses: readonly RunStatus[]): number {
  if (statuses.includes("failed")) return 1;
  if (statuses.includes("interrupted")) return INTERRUPTED;
  return statuses.includes("diverged") ? DIVERGED : 0;
}
