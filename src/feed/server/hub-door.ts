import type { Recorded, Run, RunStatus, Training } from "../../core/types.ts";
import type { TrialCommand } from "../protocol/control.ts";
import type { Declaration } from "../protocol/declaration.ts";
import type { RunEntry } from "./registry.ts";

/** Does what a client asks of a trial; false where that is not its to do. Throws UserError where it must not be done. */
export type TrialControl = (command: TrialCommand) => boolean;

/** The door for those who produce: announces runs and passes on what they record. Never waits for a client. */
export interface Hub {
  /** Announces a run. Throws Error when this hub knows it already. */
  runStarted(run: Run): void;
  /**
   * Announces that a run which had ended goes on from a step; `stored` is what the store still has of it. Clients that may
   * have more are sent anew what they asked for.
   */
  runRestarted(run: Run, step: number, stored: NonNullable<RunEntry["published"]>): void;
  /** Announces what a run trains, where that was not known before. Throws Error for an unknown run. */
  runDescribed(runId: string, training: Pick<Training, "dataset" | "network">): void;
  /** Announces what will be trained, or how that has changed: it takes the place of the declaration of the same id. */
  declared(declaration: Declaration): void;
  /** Announces that a run waits, or goes on. */
  runPaused(runId: string, isPaused: boolean): void;
  /** Announces what is noted of a run, and its tags. */
  runNoted(runId: string, notes: { readonly note: string; readonly tags: readonly string[] }): void;
  /**
   * Announces that a run is no more. Clients are sent anew what they asked for, without it. Throws Error for an unknown run, and
   * for one that is under way.
   */
  runRemoved(runId: string): void;
  /** Hands on what clients ask of trials to `control`, which returns whether that was its to do; until the returned function is called. */
  controlledBy(control: TrialControl): () => void;
  /** Passes on what the run recorded, in the same order as the store gets it. Throws Error for an unknown run. */
  publish(runId: string, records: readonly Recorded[]): void;
  /** Announces the end of a run, after everything published for it. */
  runEnded(runId: string, status: Exclude<RunStatus, "running">, endedAt?: number): void;
  /** Clients connected and not about to be closed. */
  readonly clients: number;
  /** Bytes that wait for clients. */
  readonly backlog: number;
}
