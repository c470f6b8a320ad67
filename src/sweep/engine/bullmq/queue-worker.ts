import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Job } from "bullmq";
import { StaleClaim, type Claim, type EngineWorker } from "../engine.ts";
import { orAborted } from "../or-aborted.ts";
import { closePart } from "./close-part.ts";
import { connectQueue } from "./connect-queue.ts";
import { trialIdOfJob } from "./job-id.ts";
import { keepLease, type Lease } from "./keep-lease.ts";
import type { QueueOptions } from "./queue-options.ts";
import { waitAtMost } from "./wait-at-most.ts";

/** How long a server holds back its answer to one that waits for trials, in seconds. */
const WAIT_S = 5;
const LONGEST_REASON = 500;
/** How long a server that is in reach may take to take something back. */
const CLOSE_MS = 3000;
/** BullMQ's codes for: the trial is gone, its lock is gone, it waits or has ended, another has its lock. */
const STALE = new Set([-1, -2, -3, -6]);

interface Held extends Lease {
  readonly job: Job;
}

/**
 * Opens the queue of a sweep on a server, Redis or PostgreSQL, for one who trains: several claims at once are leases of
 * their own. BullMQ's own processing is not used, whose sandbox reuses processes and whose locks go by the job alone.
 *
 * @throws {UserError} for a server that must not be trusted with trials, or packages that are missing.
 * @throws {UnreachableQueue} for one that does not answer.
 */
export async function queueWorker(url: string, options: QueueOptions): Promise<EngineWorker> {
  const { reach, times, worker: makeWorker } = await connectQueue(url, options);
  const ask = <T>(question: () => Promise<T>) => reach.ask(question, times.patienceMs);
  const worker = makeWorker();
  await ask(() => worker.waitUntilReady());
  await worker.startStalledCheckTimer();
  const held = new Map<string, Held>();
  const closing = new AbortController();
  const fetching = new Set<Promise<unknown>>();
  let news: Promise<unknown> | undefined;

  /** Resolves when there may be a trial. */
  async function hear(ended: AbortSignal): Promise<void> {
    news ??= worker.backend
      .waitForJob(WAIT_S)
      .catch((error: unknown) => {
        reach.noted(error);
        return delay(1000, undefined, { ref: false });
      })
      .finally(() => (news = undefined));
    await orAborted(news, ended);
  }

  async function fetch(ended: AbortSignal): Promise<Claim | undefined> {
    const token = randomUUID();
    const since = performance.now();
    const job = (await ask(() => worker.getNextJob(token, { block: false }))) as Job | undefined;
    if (!job) return undefined;
    if (hasEnded(ended)) {
      await ask(() => job.moveToWait(token));
      return undefined;
    }
    const renew = async () => {
      const count = await job.extendLock(token, times.leaseMs).catch((error: unknown) => {
        reach.noted(error);
        throw error;
      });
      reach.answered();
      return count > 0;
    };
    const lease = keepLease(renew, { ...times, since });
    held.set(token, { ...lease, job });
    return { trialId: trialIdOfJob(job.id!), attempt: job.attemptsStarted, token, signal: lease.signal };
  }

  /** Ends a claim by what `how` asks of the server. */
  async function settle(claim: Claim, how: (job: Job) => Promise<unknown>): Promise<void> {
    const ours = held.get(claim.token);
    if (!ours || ours.signal.aborted) {
      held.delete(claim.token);
      throw new StaleClaim(claim);
    }
    try {
      await ask(() => how(ours.job));
    } catch (error) {
      if (!STALE.has((error as { readonly code?: number }).code ?? 0)) throw error;
      ours.lose();
      throw new StaleClaim(claim);
    } finally {
      ours.end();
      held.delete(claim.token);
    }
  }

  return {
    async claim(signal) {
      const ended = AbortSignal.any([signal, closing.signal]);
      while (!ended.aborted) {
        const fetched = fetch(ended);
        fetching.add(fetched);
        void fetched.catch(() => undefined).finally(() => fetching.delete(fetched));
        const claim = await orAborted(fetched, ended);
        if (claim) return claim;
        if (!hasEnded(ended)) await hear(ended);
      }
      return undefined;
    },
    complete: (claim) => settle(claim, (job) => job.moveToCompleted(claim.attempt, claim.token, false)),
    fail: (claim, reason, retry) =>
      settle(claim, (job) => {
        const error = new Error(reason.slice(0, LONGEST_REASON));
        error.stack = "";
        return retry ? job.moveToWait(claim.token) : job.moveToFailed(error, claim.token, false);
      }),
    release: (claim) => settle(claim, (job) => job.moveToWait(claim.token)),
    async close() {
      closing.abort();
      const open = [...held].map(async ([token, { job, signal, lose }]) => {
        if (signal.aborted) return;
        lose();
        await job.moveToWait(token);
      });
      held.clear();
      await waitAtMost(CLOSE_MS, Promise.allSettled([...open, ...fetching]));
      // It would wait for the answer that a server holds back.
      await waitAtMost(CLOSE_MS, worker.backend.disconnectBlocking());
      await closePart(worker);
    },
  };
}

/** Asks a signal anew: the type checker takes it for what it was. */
function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}
