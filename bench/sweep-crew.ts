import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Recorded } from "../src/core/types.ts";
import { queueWorker } from "../src/sweep/engine/bullmq/queue-worker.ts";
import type { Claim } from "../src/sweep/engine/engine.ts";
import { attemptFolder, begin, commitAttempt } from "../src/sweep/place/attempts.ts";
import { folderPlace } from "../src/sweep/place/folder-place.ts";
import { encodeSegment, segmentFile } from "../src/sweep/place/segment.ts";

// Workers that train nothing, a hundred of them in a process, as `bench:sweep-coordinator` starts it: each claims trials,
// holds every one for about as long as it is told, and writes its segments and its commit like one that trains.
const [url = "", sweepId = "", folder = "", workers = "", heldMs = "", segments = "", readings = ""] =
  process.argv.slice(2);
const [SEGMENTS, READINGS] = [Number(segments), Number(readings)];
const place = folderPlace(folder);

const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
await Promise.all(Array.from({ length: Number(workers) }, (_, i) => work(`w${process.pid}/${i}`)));

async function work(name: string): Promise<void> {
  const worker = await queueWorker(url, { sweepId, connectMs: 300_000, tell: () => undefined });
  for (let claim = await worker.claim(stop.signal); claim; claim = await worker.claim(stop.signal)) {
    await pretend(claim, name);
    await worker.complete(claim);
  }
  await worker.close();
}

async function pretend({ trialId, attempt, token }: Claim, name: string): Promise<void> {
  const folder = attemptFolder(attempt, token);
  const pause = (Number(heldMs) * (0.5 + Math.random())) / SEGMENTS;
  await begin(place, trialId, folder, { attempt, token, worker: name, host: "h", startedAt: Date.now() });
  const level = createHash("sha256").update(trialId).digest()[0]! / 255;
  for (let n = 0; n < SEGMENTS; n++) {
    await delay(pause);
    const records = Array.from({ length: READINGS }, (_, i): Recorded => {
      const step = n * READINGS + i;
      return { kind: "reading", step, probe: "loss", stat: "loss", value: level + 1 / (1 + step) };
    });
    const bytes = await encodeSegment({ records, steps: (n + 1) * READINGS });
    await place.create(`${trialId}/${folder}/${segmentFile(n)}`, bytes);
  }
  const commit = { folder, token, segments: SEGMENTS, steps: SEGMENTS * READINGS, at: Date.now() };
  await commitAttempt(place, trialId, { ...commit, outcome: { status: "completed" } });
}
