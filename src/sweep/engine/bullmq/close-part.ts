import { setTimeout as delay } from "node:timers/promises";
import type { Queue, QueueEvents, Worker } from "bullmq";

const PATIENCE_MS = 3000;

/** Closes a part of BullMQ, by force where its server does not answer. */
export async function closePart(part: Queue | QueueEvents | Worker): Promise<void> {
  const closed = part.close().catch(() => undefined);
  const isClosed = closed.then(() => true);
  const over = new AbortController();
  const isLate = delay(PATIENCE_MS, false, { signal: over.signal }).catch(() => true);
  if (!(await Promise.race([isClosed, isLate]))) await part.disconnect().catch(() => undefined);
  over.abort();
}
