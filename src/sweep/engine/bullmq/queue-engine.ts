import { Subject } from "rxjs";
import type { Job, JobType } from "bullmq";
import type { Engine, LostLease, OpenTrial } from "../engine.ts";
import { closePart } from "./close-part.ts";
import { connectQueue } from "./connect-queue.ts";
import { jobIdOf, trialIdOfJob } from "./job-id.ts";
import type { QueueOptions } from "./queue-options.ts";

/** Trials sent at once: a server does nothing else meanwhile. */
const AT_ONCE = 500;
const WAITING: JobType[] = ["wait"];

/**
 * Opens the queue of a sweep on a server, Redis or PostgreSQL, for the one who plans it. Leases that ended are looked
 * for here too, so that a queue without workers says the truth.
 *
 * @throws {UserError} for a server that must not be trusted with trials, or packages that are missing.
 * @throws {UnreachableQueue} for one that does not answer.
 */
export async function queueEngine(url: string, options: QueueOptions): Promise<Engine> {
  const { reach, times, queue: makeQueue, events: makeEvents, worker: makeWorker } = await connectQueue(url, options);
  const ask = <T>(question: () => Promise<T>) => reach.ask(question, times.patienceMs);
  const queue = makeQueue();
  const looks = makeWorker();
  const events = makeEvents();
  const lost = new Subject<LostLease>();
  events.on("stalled", ({ jobId }) => void tellOf(jobId).catch(reach.noted));
  async function tellOf(jobId: string): Promise<void> {
    const before = await queue.getJobState(jobId);
    const job = (await queue.getJob(jobId)) as Job | undefined;
    if (!job) return;
    if ((await queue.getJobState(jobId)) !== before) return tellOf(jobId);
    // One that is claimed again already is an attempt further.
    lost.next({ trialId: trialIdOfJob(jobId), attempt: job.attemptsStarted - (before === "active" ? 1 : 0) });
  }
  await ask(async () => {
    await Promise.all([queue.waitUntilReady(), looks.waitUntilReady(), events.waitUntilReady()]);
  });
  await looks.startStalledCheckTimer();

  return {
    lost: lost.asObservable(),
    async enqueue(trialIds) {
      for (const some of chunks(trialIds)) {
        const jobs = some.map((trialId) => ({
          name: "trial",
          data: {},
          opts: { jobId: jobIdOf(trialId), attempts: 1 },
        }));
        await ask(() => queue.addBulk(jobs));
      }
    },
    async withdraw(trialIds) {
      for (const some of chunks(trialIds)) {
        await ask(() => Promise.all(some.map((trialId) => queue.remove(jobIdOf(trialId)))));
      }
    },
    async open() {
      // A trial may be claimed between the two answers, and not between them and lost: what is claimed is asked first
      // and last.
      const before = await ask(() => queue.getRanges(["active"], 0, -1));
      const waiting = await ask(() => queue.getRanges(WAITING, 0, -1));
      const after = await ask(() => queue.getRanges(["active"], 0, -1));
      const trials = new Map<string, OpenTrial["state"]>();
      for (const id of [...before, ...after]) trials.set(id, "claimed");
      for (const id of waiting) if (!trials.has(id)) trials.set(id, "waiting");
      return [...trials].map(([id, state]) => ({ trialId: trialIdOfJob(id), state }));
    },
    async close() {
      await Promise.all([closePart(events), closePart(looks), closePart(queue)]);
      lost.complete();
    },
  };
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += AT_ONCE) yield items.slice(i, i + AT_ONCE);
}
