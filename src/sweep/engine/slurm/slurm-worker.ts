import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../../../core/errors.ts";
import { StaleClaim, type Claim, type EngineWorker } from "../engine.ts";
import { BATCH_VARIABLE, readTaskArray } from "./task-array.ts";
import { TrialFiles, type Ended } from "./trial-files.ts";

/** Options of `slurmWorker`. */
export interface SlurmWorkerOptions {
  /** The environment of the task. Default that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Time between two looks whether somebody else trains a trial, in milliseconds. Default 20 s. */
  readonly lookMs?: number;
}

interface Held {
  readonly claim: Claim;
  readonly lost: AbortController;
  readonly looks: NodeJS.Timeout;
}

/**
 * Opens the trials of the Slurm task that this process is. Slurm starts a task at one place at a time, as far as it
 * knows; a claim's token names job, task and start, trial and attempt, and a later start of the same task takes its trials over.
 *
 * @throws {UserError} outside a task.
 */
export function slurmWorker({ env = process.env, lookMs = 20_000 }: SlurmWorkerOptions = {}): EngineWorker {
  const batch = env[BATCH_VARIABLE];
  const { SLURM_ARRAY_JOB_ID: job, SLURM_ARRAY_TASK_ID: index, SLURM_RESTART_COUNT: restarts = "0" } = env;
  if (batch === undefined || job === undefined || index === undefined)
    throw new UserError("slurm: this process is not a task of a sweep; gradstream sweep … --slurm submits them");
  const trials = readTaskArray(batch).chunks[Number(index)] ?? [];
  const files = new TrialFiles(dirname(batch));
  const held = new Map<string, Held>();
  const closing = new AbortController();

  function next(): Claim | undefined {
    for (const trialId of trials) {
      if ([...held.values()].some(({ claim }) => claim.trialId === trialId)) continue;
      if (files.isOver(trialId) || files.isWithdrawn(trialId)) continue;
      const attempts = files.attempts(trialId).length;
      const token = `${job}_${index}.${restarts}/${encodeURIComponent(trialId)}/${attempts + 1}`;
      const attempt = files.begin(trialId, token);
      if (attempt === undefined) continue;
      const lost = new AbortController();
      const look = () => files.attempts(trialId).length > attempt && drop(token);
      const claim = { trialId, attempt, token, signal: lost.signal };
      held.set(token, { claim, lost, looks: setInterval(look, lookMs) });
      return claim;
    }
    return undefined;
  }

  /** Lets a claim go: it is not this task's any more. */
  function drop(token: string): void {
    const ours = held.get(token);
    if (!ours) return;
    clearInterval(ours.looks);
    held.delete(token);
    ours.lost.abort();
  }

  function settle(claim: Claim, ended: Omit<Ended, "attempt">, isOver: boolean): void {
    const ours = held.get(claim.token);
    const isOurs = ours !== undefined && files.end(claim.trialId, { ...ended, attempt: claim.attempt }, isOver);
    if (!isOurs) drop(claim.token);
    else clearInterval(ours.looks);
    held.delete(claim.token);
    if (!isOurs) throw new StaleClaim(claim);
  }

  return {
    async claim(signal) {
      const ended = AbortSignal.any([signal, closing.signal]);
      while (!ended.aborted) {
        const claim = next();
        if (claim) return claim;
        // What others of this task hold may come back.
        if (held.size === 0) return undefined;
        await delay(Math.min(lookMs, 1000), undefined, { signal: ended }).catch(() => undefined);
      }
      return undefined;
    },
    complete: async (claim) => settle(claim, { how: "completed" }, true),
    fail: async (claim, reason, retry) => settle(claim, { how: "failed", reason }, !retry),
    release: async (claim) => settle(claim, { how: "released" }, false),
    async close() {
      closing.abort();
      for (const { claim, lost } of [...held.values()]) {
        try {
          settle(claim, { how: "released" }, false);
        } catch (error) {
          if (!(error instanceof StaleClaim)) throw error;
        }
        lost.abort();
      }
    },
  };
}
