import type { Step } from "./live.ts";
import type { Loss } from "./losses.ts";
import type { Network } from "./network.ts";
import type { Optimizer } from "./optimizer.ts";
import { ProbeCosts } from "./probe-costs.ts";
import type { Schedule } from "./schedule.ts";
import type { Setting } from "./setting.ts";
import type { Batch } from "./types.ts";

/** A training with its first batch, before its first step. */
export interface TrainingBegun {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** Activations operator. */
  readonly activations: object | undefined;
  readonly batch: Batch;
}

/** A probe with a subscriber. */
export interface ProbeBegun {
  readonly name: string;
  readonly when: Schedule;
  readonly options: Readonly<Record<string, unknown>>;
  readonly fits: ((setting: Setting) => string | undefined) | undefined;
}

/** Callbacks for all that trains and measures in a session. */
interface Watcher {
  /** Called with every live step, inside its push, before the probes. */
  readonly step?: (step: Step) => void;
  /**
   * Called before the first step of every training, when its probes are subscribed. What it throws ends that training
   * unstarted.
   */
  readonly training?: (begun: TrainingBegun) => void;
  /** Called with every probe that is subscribed to. */
  readonly probe?: (begun: ProbeBegun) => void;
}

/** Trainings and probes that belong together: their watcher, and the costs of their probes. */
export class ProbeSession {
  readonly #watcher: Watcher;
  readonly costs = new ProbeCosts();

  constructor(watcher: Watcher = {}) {
    this.#watcher = watcher;
  }

  showStep(step: Step): void {
    this.#watcher.step?.(step);
  }

  showTraining(begun: TrainingBegun): void {
    this.#watcher.training?.(begun);
  }

  showProbe(begun: ProbeBegun): void {
    this.#watcher.probe?.(begun);
  }
}

let joined: ProbeSession | undefined;

/**
 * Makes every training and probe that begins in this thread part of `session`, until the returned function is called.
 * Otherwise each training has a session of its own, so that two in one thread do not mix.
 */
export function joinSession(session: ProbeSession): () => void {
  joined = session;
  return () => {
    if (joined === session) joined = undefined;
  };
}

/** Returns the session that trainings of this thread are part of, if any. */
export const joinedSession = (): ProbeSession | undefined => joined;
