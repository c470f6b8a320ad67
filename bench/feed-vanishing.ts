import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { setTimeout as sleep } from "node:timers/promises";
import type { Reading } from "gradstream";
import { aRun, withServer, type Bench } from "./feed-load.ts";
import { vanish } from "./vanish.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Clients that come and go at the same time. */
const TOGETHER = 50;

/** What clients that vanish while their snapshot is read leave behind in the server's process, by thousand. */
export function feedVanishing(thousands: number): Promise<string[]> {
  return withServer(async ({ store, server }) => {
    await recordMany({ store, server });
    const url = `${server.url.replace("http", "ws")}feed`;
    const lines: string[] = [];
    let before = await memory();
    for (let thousand = 0; thousand <= thousands; thousand++) {
      for (let i = 0; i < 1000; i += TOGETHER) {
        await Promise.all(Array.from({ length: TOGETHER }, (_, k) => vanish(url, i + k)));
      }
      while (server.hub.clients > 0) await sleep(20);
      const now = await memory();
      const grown = (key: "heap" | "outside" | "resident") => `${((now[key] - before[key]) / 1e6).toFixed(2)} MB`;
      // The first thousand warms up what is compiled and cached.
      if (thousand > 0) {
        lines.push(`  ${grown("heap")} of heap, ${grown("outside")} outside it, ${grown("resident")} resident`);
      }
      before = now;
    }
    return [`1,000 clients that vanish while their snapshot is read, ${thousands} times`, ...lines];
  });
}

async function memory() {
  await sleep(2500);
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed: heap, external: outside, rss: resident } = process.memoryUsage();
  return { heap, outside, resident };
}

/** Records a run whose snapshot takes long to read. */
export async function recordMany({ store, server }: Bench): Promise<void> {
  const run = aRun("bench/vanishing", 100_000);
  await store.startRun(run);
  const records = Array.from({ length: 200_000 }, (_, i): Reading => {
    return { kind: "reading", step: i >> 1, probe: "load", stat: "time", value: i, layer: i & 1 };
  });
  await store.append(run.runId, records);
  await store.flush();
  server.hub.runStarted(run);
}
