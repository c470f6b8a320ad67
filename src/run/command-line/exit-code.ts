import type { RunStatus } from "../../core/types.ts";
import type { Outcome } from "../worker/protocol.ts";

/** What commands that train or watch say by their exit code, for their help. */
export const EXIT_CODES = `
Exit codes:
  0    every run completed
  1    a run failed, by an error that is not the user's
  2    bad input, or a run failed by a mistake in the pipeline
  3    a run diverged: its loss is no longer finite; the others ended well
  130  interrupted`;

const DIVERGED = 3;
const INTERRUPTED = 130;

/** What the process says of its runs, the gravest of them first. */
export function exitCode(outcomes: readonly Outcome[]): number {
  const isUserError = outcomes.some((outcome) => outcome.status === "failed" && outcome.isUserError);
  return isUserError ? 2 : exitCodeOf(outcomes.map(({ status }) => status));
}

/** The same of runs of which only the status is known. */
export function exitCodeOf(statuses: readonly RunStatus[]): number {
  if (statuses.includes("failed")) return 1;
  if (statuses.includes("interrupted")) return INTERRUPTED;
  return statuses.includes("diverged") ? DIVERGED : 0;
}
