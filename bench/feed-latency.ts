import { setTimeout as sleep } from "node:timers/promises";
import { aRun, Clients, publishLoad, withServer } from "./feed-load.ts";

/** From publishing a reading to its being decoded in each of many clients, which live in two processes of their own. */
export function feedLatency(clients: number, perSecond: number, seconds: number): Promise<string[]> {
  return withServer(async (bench) => {
    const run = aRun("bench/latency", 1e6);
    await bench.store.startRun(run);
    bench.server.hub.runStarted(run);
    const many = new Clients(clients, 2);
    try {
      await many.connect(bench.server.url);
      const stop = publishLoad(bench, run.runId, perSecond);
      await sleep(2000);
      await many.report();
      const before = process.cpuUsage();
      const start = performance.now();
      await sleep(1000 * seconds);
      const cpu = process.cpuUsage(before);
      const wall = performance.now() - start;
      stop();
      await sleep(500);
      const { connected, readings, delays } = await many.report();
      const at = (part: number) => percentile(delays, part);
      return [
        `feed, ${clients} clients, ${perSecond} readings/s for ${seconds} s`,
        `  publish to client: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms (target: p95 at most 100)`,
        `  ${readings} readings came, ${Math.round(readings / clients / (wall / 1000))} a second to each; ${connected} still connected`,
        `  the server took ${((cpu.user + cpu.system) / 10 / wall).toFixed(0)} % of a core`,
      ];
    } finally {
      many.end();
    }
  });
}

function percentile(counts: readonly number[], part: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [ms, count] of counts.entries()) {
    seen += count;
    if (seen >= part * total) return ms + 1;
  }
  return NaN;
}
