import type { Step } from "./live.ts";
import type { Loss } from "./losses.ts";
import type { Network } from "./network.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Schedule } from "./schedule.ts";
import type { Setting } from "./setting.ts";
import type { Batch } from "./types.ts";

/** A training whose first batch is there and whose first step is not. */
export interface TrainingBegun {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** The activations operator. */
  readonly activations: object | undefined;
  readonly batch: Batch;
}

/** A probe that somebody listens to. */
export interface ProbeBegun {
  readonly name: string;
  readonly when: Schedule;
  readonly options: Readonly<Record<string, unknown>>;
  readonly fits: ((setting: Setting) => string | undefined) | undefined;
}

/** Who looks on at all that trains and measures in this thread. */
export interface Watcher {
  /** Every live step, inside its push, before its probes see it. */
  readonly step?: (step: Step) => void;
  /** Before the first step of every training, when its probes are there. What it throws ends that training unstarted. */
  readonly training?: (begun: TrainingBegun) => void;
  readonly probe?: (begun: ProbeBegun) => void;
}

const watchers = new Set<Watcher>();

/** Has `watcher` look on. Returns what ends that. */
export function watch(watcher: Watcher): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function showStep(step: Step): void {
  for (const watcher of watchers) watcher.step?.(step);
}

export function showTraining(begun: TrainingBegun): void {
  for (const watcher of watchers) watcher.training?.(begun);
}

export function showProbe(begun: ProbeBegun): void {
  for (const watcher of watchers) watcher.probe?.(begun);
}
