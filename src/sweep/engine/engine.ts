import type { Observable } from "rxjs";

/** A trial that a worker holds, until it gives it back or its lease is lost. */
export interface Claim {
  readonly trialId: string;
  /** Of the trial's attempts, from 1, which one this is. */
  readonly attempt: number;
  /** Names this claim alone: a later claim of the same trial has another. */
  readonly token: string;
  /** Aborted when the lease is lost: somebody else may train the trial now. */
  readonly signal: AbortSignal;
}

/** A trial that an engine knows and that has not ended. */
export interface OpenTrial {
  readonly trialId: string;
  readonly state: "waiting" | "claimed";
}

/** A lease that was lost: its worker died, was paused, or was out of reach for too long. */
export interface LostLease {
  readonly trialId: string;
  readonly attempt: number;
}

/** What a task wrote that was to train a trial. */
export interface TaskLog {
  readonly file: string;
  /** Undefined where nothing can be read. */
  readonly lastLine: string | undefined;
}

/** What a worker sees of an engine. */
export interface EngineWorker {
  /**
   * Waits for a trial and leases it to this worker; `undefined` when `signal` aborts, or where an engine knows that
   * nothing will come any more. The engine renews the lease by itself until the claim is settled.
   */
  claim(signal: AbortSignal): Promise<Claim | undefined>;
  /**
   * Says that the trial's result is committed. Throws `StaleClaim` when the lease was lost meanwhile, in which case the
   * store decides what counts.
   */
  complete(claim: Claim): Promise<void>;
  /** Says that the attempt failed: the trial is tried again while `retry`, and otherwise it is over. */
  fail(claim: Claim, reason: string, retry: boolean): Promise<void>;
  /** Gives the trial back untrained or half-trained, for others to claim at once; counts as no failure. */
  release(claim: Claim): Promise<void>;
  /** Ends what waits in `claim` with `undefined`, and aborts and gives back the claims that are not settled. */
  close(): Promise<void>;
}

/**
 * Hands the trials of one sweep to workers, each at least once: the store decides which attempt counts. An engine may
 * lose its memory; `enqueue` of what is planned, not committed and not `open` repairs it.
 */
export interface Engine {
  /** Adds trials; those that it knows already, ended ones too, stay as they are. */
  enqueue(trialIds: readonly string[]): Promise<void>;
  /**
   * Withdraws trials that wait, and forgets those that have ended, so that `enqueue` adds them anew; those that are
   * claimed go on.
   */
  withdraw(trialIds: readonly string[]): Promise<void>;
  /** Returns the trials that wait or are claimed. */
  open(): Promise<readonly OpenTrial[]>;
  /**
   * Finds the log of the task that a trial was given last. Of an engine that has it, a trial is handed out three times at
   * most without an attempt that begins.
   */
  readonly logOf?: (trialId: string) => TaskLog | undefined;
  /** Emits each lease that was lost, as far as this process hears of it; for messages, not for decisions. */
  readonly lost: Observable<LostLease>;
  close(): Promise<void>;
}

/** A claim that is not the worker's any more. */
export class StaleClaim extends Error {
  override readonly name = "StaleClaim";
  constructor({ trialId, attempt }: Pick<Claim, "trialId" | "attempt">) {
    super(`the lease on trial ${trialId}, attempt ${attempt}, was lost; what another attempt committed counts`);
  }
}
