import type { Step } from "./live.ts";
import type { Loss } from "./losses.ts";
import type { Network } from "./network.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Schedule } from "./schedule.ts";
import type { Setting } from "./setting.ts";
import type { Batch, Reading } from "./types.ts";

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

/** Who looks on at all that trains and measures in a session. */
export interface Watcher {
  /** Every live step, inside its push, before its probes see it. */
  readonly step?: (step: Step) => void;
  /** Before the first step of every training, when its probes are there. What it throws ends that training unstarted. */
  readonly training?: (begun: TrainingBegun) => void;
  readonly probe?: (begun: ProbeBegun) => void;
}

/** What belongs together of trainings and their probes: who looks on, and what measuring has cost. */
export class Session {
  readonly #watcher: Watcher;
  readonly #spent = new Map<string, { calls: number; milliseconds: number }>();

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

  /** Adds one call of a probe. */
  spend(probe: string, milliseconds: number): void {
    const before = this.#spent.get(probe) ?? { calls: 0, milliseconds: 0 };
    this.#spent.set(probe, { calls: before.calls + 1, milliseconds: before.milliseconds + milliseconds });
  }

  /**
   * Returns what probes have taken so far: readings of the probe `cost/<name>`, `calls` and `milliseconds` in all. Where
   * the backend reads late, without what the device still does.
   */
  costs(step: number): Reading[] {
    return [...this.#spent].flatMap(([probe, cost]) =>
      Object.entries(cost).map(([stat, value]) => ({
        kind: "reading" as const,
        step,
        probe: `cost/${probe}`,
        stat,
        value,
      })),
    );
  }
}

let joined: Session | undefined;

/**
 * Makes every training and probe that begins in this thread part of `session`, until the function returned is called.
 * Without that each training has a session of its own: two in one thread do not mix.
 */
export function joinSession(session: Session): () => void {
  joined = session;
  return () => {
    if (joined === session) joined = undefined;
  };
}

/** The session that trainings of this thread have been made part of. */
export const joinedSession = (): Session | undefined => joined;
