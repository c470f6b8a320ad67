import type { Filter } from "./filter.ts";
import { matches } from "./matches.ts";

/** Tells whether a filter lets a run through. */
export function selectsRun(
  { runs, experiments, arms }: Filter,
  run: { readonly runId: string; readonly experiment: string; readonly arm: string },
): boolean {
  return matches(runs, run.runId) && matches(experiments, run.experiment) && matches(arms, run.arm);
}
