import type { Draft, RunCheckpoints } from "../../checkpoints/run-checkpoints.ts";
import type { TrialIdentity } from "../../checkpoints/checkpoint.ts";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import { readsAtOnce } from "../../core/read.ts";
import type { ProbeSession } from "../../core/session.ts";
import type { TrainingSnapshot } from "../../core/snapshot.ts";
import type { RunEvent } from "../../core/types.ts";
import type { CheckpointSchedule } from "./protocol.ts";

/** What a checkpointer stands between. */
interface CheckpointerParts {
  readonly checkpoints: RunCheckpoints;
  readonly every: CheckpointSchedule;
  readonly identity: TrialIdentity;
  readonly session: ProbeSession;
  /** How long the trial has trained. */
  readonly milliseconds: () => number;
  /** Passes a draft on, after everything that was recorded before it. */
  readonly hand: (draft: Draft) => void;
  readonly record: (event: RunEvent) => void;
  /** The newest step. */
  readonly step: () => number;
}

/**
 * Writes checkpoints between two steps, when they are due and when the trial is interrupted. What keeps one from being
 * written is recorded once, and training goes on.
 */
export class Checkpointer {
  readonly #parts: CheckpointerParts;
  readonly #told = new Set<string>();
  #latestAt = performance.now();
  #updates = 0;
  #latestStep = 0;
  #taking: Promise<void> | undefined;
  #isGated = false;

  constructor(parts: CheckpointerParts) {
    this.#parts = parts;
  }

  /** Called after every step. */
  updated(): void {
    this.#updates += 1;
    if (this.#isDue() && readsAtOnce()) void this.take();
  }

  /** Called before a step of a source that waits; a promise means: wait, a checkpoint is being taken. */
  beforeStep(): Promise<void> | undefined {
    this.#isGated = true;
    if (!readsAtOnce() && this.#isDue()) this.#taking ??= this.take();
    return this.#taking;
  }

  /** Takes one now; a promise where the backend reads late. Nothing that goes wrong here ends the training. */
  take(): Promise<void> | undefined {
    this.#latestAt = performance.now();
    this.#updates = 0;
    try {
      if (!readsAtOnce() && !this.#isGated) {
        throw new UserError("its source does not wait, and this backend reads late");
      }
      const snapshot = this.#parts.session.snapshot();
      if (!(snapshot instanceof Promise)) {
        if (snapshot) this.#write(snapshot);
        return undefined;
      }
      const taking = snapshot.then((taken) => this.#write(taken)).catch((error: unknown) => this.#tell(error));
      this.#taking = taking.finally(() => (this.#taking = undefined));
      return this.#taking;
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  #isDue(): boolean {
    const { every } = this.#parts;
    return "steps" in every ? this.#updates >= every.steps : performance.now() - this.#latestAt >= every.milliseconds;
  }

  #write(snapshot: TrainingSnapshot): void {
    const { checkpoints, identity, milliseconds, hand } = this.#parts;
    if (snapshot.step === this.#latestStep) return;
    this.#latestStep = snapshot.step;
    hand(checkpoints.draft({ identity, snapshot, milliseconds: milliseconds() }));
  }

  #tell(error: unknown): void {
    const isRefused = error instanceof UserError;
    const name = isRefused ? "not_resumable" : "checkpoint_failed";
    if (this.#told.has(name)) return;
    this.#told.add(name);
    const message = isRefused
      ? `not resumable: ${error.message}; interrupted, it starts again from step 0`
      : `no checkpoint could be written, and training goes on: ${oneLine(error)}`;
    const { record, step } = this.#parts;
    record({ kind: "event", step: step(), at: Date.now(), level: "warning", name, message });
  }
}
