import type { RunState } from "../../feed/client/index.ts";
import { formatWhole } from "../../view/numbers.ts";
import { stepsDone } from "../../view/steps-done.ts";

/**
 * Says what is worth looking up for since the states `before`: a run that diverged, the end of all, of which none is
 * `queued`; undefined for nothing.
 */
export function newsOf(before: ReadonlyMap<string, string>, runs: readonly RunState[], queued = 0): string | undefined {
  const ended = runs.filter(({ runId, status }) => before.get(runId) === "running" && status !== "running");
  if (ended.length === 0) return undefined;
  const diverged = ended.filter(({ status }) => status === "diverged");
  const parts = diverged.map(({ arm, seed, step }) => `${arm}, seed ${seed}, diverged at step ${formatWhole(step)}`);
  const isOver = queued === 0 && !runs.some(({ status }) => status === "running");
  if (isOver) {
    const isOne = ended.length === 1 && parts.length === 0;
    parts.push(isOne ? `${ended[0]!.arm} is ${ended[0]!.status}` : "all runs have ended");
  }
  return parts.length === 0 ? undefined : parts.join("; ");
}

/**
 * Writes what stands before a page's title: how far runs are, those that are queued among them, and afterwards whether one
 * came to grief.
 */
export function badgeOf(runs: readonly RunState[], queued: readonly { readonly steps: number }[] = []): string {
  if (runs.length === 0) return "";
  const running = runs.filter(({ status }) => status === "running");
  const bad = runs.filter(({ status }) => status === "diverged" || status === "failed").length;
  const mark = bad > 0 ? "⚠ " : "";
  if (running.length + queued.length === 0) return bad > 0 ? mark : "✓ ";
  const steps = [...runs, ...queued].reduce((sum, one) => sum + one.steps, 0);
  const done = runs.reduce((sum, run) => sum + (run.status === "running" ? stepsDone(run) : run.steps), 0);
  return `${mark}${Math.floor((100 * done) / Math.max(1, steps))} % `;
}
