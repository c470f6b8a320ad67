import type { Outcome } from "./worker/protocol.ts";

/** What the process says of its runs: 0 all ended by themselves (diverging is a result), 2 bad input, 130 interrupted. */
export function exitCode(outcomes: readonly Outcome[]): number {
  const failed = outcomes.filter((outcome) => outcome.status === "failed");
  if (failed.length > 0) return failed.some(({ isUserError }) => isUserError) ? 2 : 1;
  return outcomes.some(({ status }) => status === "interrupted") ? 130 : 0;
}
