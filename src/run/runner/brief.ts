import { plainText } from "../../core/plain-text.ts";
import type { Run } from "../../core/types.ts";
import type { ClaimResult } from "../../paper/figure.ts";
import { tallyOf } from "../terminal/verdicts.ts";
import type { Finished } from "./run-experiment.ts";

/**
 * Writes what became of the runs, and of claims on them, as one line: `3 runs: 2 completed, 1 diverged; recorded in
 * results/gradstream.duckdb`.
 */
export function brief(
  path: string,
  finished: readonly Finished[],
  there: readonly Run[] = [],
  { stopped = 0, claims = [] }: { readonly stopped?: number; readonly claims?: readonly ClaimResult[] } = {},
): string {
  const counts = new Map<string, number>();
  for (const { outcome } of finished) counts.set(outcome.status, (counts.get(outcome.status) ?? 0) + 1);
  const ended = [...counts].map(([status, count]) => `${count} ${status}`);
  if (stopped > 0) ended.push(`${stopped} stopped early`);
  const all = finished.length + stopped;
  const runs = `${all} ${all === 1 ? "run" : "runs"}`;
  const skipped = there.length > 0 ? `, ${there.length} recorded already` : "";
  const ends = ended.length > 0 ? `: ${ended.join(", ")}` : "";
  const judged = claims.length > 0 ? `; claims: ${tallyOf(claims)}` : "";
  return `${plainText(`${runs}${ends}${skipped}; recorded in ${path}${judged}`)}\n`;
}
