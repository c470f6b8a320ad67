import type { Step } from "./live.ts";

/** Who looks on at every step trained in this thread, before its probes do. */
const watchers = new Set<(step: Step) => void>();

/** Shows `watcher` every live step, inside its push, wherever it is trained. Returns what ends that. */
export function watchSteps(watcher: (step: Step) => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function showStep(step: Step): void {
  for (const watcher of watchers) watcher(step);
}
