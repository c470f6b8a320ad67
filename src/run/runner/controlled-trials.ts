import { UserError } from "../../core/errors.ts";
import type { Run, RunEvent, Sliders } from "../../core/types.ts";
import { checkMove } from "../../experiment/slider.ts";
import type { TrialCommand } from "../../feed/protocol/control.ts";
import { nameOf } from "../terminal/run-line.ts";
import type { TrialHandle } from "./run-trial.ts";
import type { Trial } from "./trials.ts";

/** A run under way, as it is controlled. */
interface Controlled {
  readonly run: Run;
  readonly handle: TrialHandle;
  /** Records an event of it. */
  readonly note: (event: RunEvent) => void;
  /** Steps begun so far. */
  readonly steps: () => number;
  /** Whether it repeats a run, with the values that this one's controls had. */
  readonly isReplay: boolean;
}

/** What the runner does of what is asked. */
interface Doing {
  /** What may be moved. */
  readonly sliders: Sliders;
  /** Takes a trial out of the queue. Returns it, undefined where it is not in it. */
  readonly skip: (command: Extract<TrialCommand, { action: "skip" }>) => Trial | undefined;
  readonly paused: (run: Run, isPaused: boolean) => void;
}

const WORDS = { stop: "asked to stop", pause: "asked to pause", continue: "asked to go on" } as const;

/** Does what clients ask of the trials of one experiment, and records it as events: of a trial that never begins, with the next run. */
export class ControlledTrials {
  readonly #doing: Doing;
  readonly #active = new Map<string, Controlled & { isPaused: boolean }>();
  #skipped: Trial[] = [];

  constructor(doing: Doing) {
    this.#doing = doing;
  }

  /** A run is under way, until the returned function is called. */
  begin(controlled: Controlled): () => void {
    const { runId } = controlled.run;
    this.#active.set(runId, { ...controlled, isPaused: false });
    this.#tellSkipped();
    return () => void this.#active.delete(runId);
  }

  /**
   * Returns whether that was its to do.
   *
   * @throws {UserError} for a move that must not be.
   */
  control(command: TrialCommand): boolean {
    if (command.action === "skip") {
      const trial = this.#doing.skip(command);
      if (!trial) return false;
      this.#skipped.push(trial);
      this.#tellSkipped();
      return true;
    }
    const controlled = this.#active.get(command.run);
    if (!controlled) return false;
    const { run, handle, isReplay } = controlled;
    if (command.action === "move") {
      const { control, value } = command;
      if (isReplay) throw new UserError("a replay has the values that were recorded");
      checkMove(this.#doing.sliders, control, value);
      handle.move(control, value);
      return true;
    }
    const { action } = command;
    const isPaused = action === "pause";
    if (action === "stop") handle.stop();
    else if (controlled.isPaused === isPaused) return true;
    else {
      controlled.isPaused = isPaused;
      handle.pause(isPaused);
      this.#doing.paused(run, isPaused);
    }
    this.#note(controlled, `${action}_asked`, WORDS[action]);
    return true;
  }

  #tellSkipped(): void {
    const [first] = this.#active.values();
    if (!first) return;
    for (const { arm, seed } of this.#skipped) {
      this.#note(first, "skip_asked", `asked to skip ${nameOf({ arm, seed })}`, { arm, seed });
    }
    this.#skipped = [];
  }

  #note({ note, steps }: Controlled, name: string, message: string, data?: RunEvent["data"]): void {
    const step = Math.max(0, steps() - 1);
    const event = { kind: "event", step, at: Date.now(), level: "info", name, message } as const;
    note(data ? { ...event, data } : event);
  }
}
