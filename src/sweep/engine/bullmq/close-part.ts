import type { Queue, QueueEvents, Worker } from "bullmq";
import { waitAtMost } from "./wait-at-most.ts";

/** Closes a part of BullMQ, by force where its server does not answer. */
export async function closePart(part: Queue | QueueEvents | Worker): Promise<void> {
  if (await waitAtMost(3000, part.close())) return;
  // A connection of ioredis that is about to try again is closed by this, and never says so.
  await waitAtMost(500, part.disconnect());
}
