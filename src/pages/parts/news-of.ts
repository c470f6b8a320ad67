import type { RunState } from "../../feed/client/index.ts";
import { formatWhole } from "../../view/numbers.ts";
import { stepsDone } from "../../view/steps-done.ts";

/** Says what is worth looking up for since the states `before`: a run that diverged, the end of all; undefined for nothing. */
export function newsOf(before: ReadonlyMap<string, string>, runs: readonly RunState[]): string | undefined {
  const ended = runs.filter(({ runId, status }) => before.get(runId) === "running" && status !== "running");
  if (ended.length === 0) return undefined;
  const diverged = ended.filter(({ status }) => status === "diverged");
  const parts = diverged.map(({ arm, seed, step }) => `${arm}, seed ${seed}, diverged at step ${formatWhole(step)}`);
  const isOver = !runs.some(({ status }) => status === "running");
  if (isOver) parts.push(ended.length === 1 && parts.length === 0 ? `${ended[0]!.arm} is ${ended[0]!.status}` : "all runs have ended"); // prettier-ignore
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Writes what stands before a page's title: how far live runs are, and afterwards whether one came to grief. */
export function badgeOf(runs: readonly RunState[]): string {
  if (runs.length === 0) return "";
  const running = runs.filter(({ status }) => status === "running");
  const bad = runs.filter(({ status }) => status === "diverged" || status === "failed").length;
  const mark = bad > 0 ? "⚠ " : "";
  if (running.length === 0) return bad > 0 ? mark : "✓ ";
  const steps = runs.reduce((sum, run) => sum + run.steps, 0);
  const done = runs.reduce((sum, run) => sum + (run.status === "running" ? stepsDone(run) : run.steps), 0);
  return `${mark}${Math.floor((100 * done) / Math.max(1, steps))} % `;
}
