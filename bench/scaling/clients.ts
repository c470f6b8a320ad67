import { setTimeout as sleep } from "node:timers/promises";
import { aRun, Clients, publishLoad, withServer } from "../feed-load.ts";
import type { Question, Sampler } from "./sweep.ts";

const READINGS_PER_SECOND = 1000;
const SECONDS = 3;

/** Processor time of a server with so many clients, which live in a process of their own. */
function serverOf(clients: number): Promise<Sampler> {
  const sample = (): Promise<number> =>
    withServer(async (bench) => {
      const run = aRun("bench/scaling", 1e6);
      await bench.store.startRun(run);
      bench.server.hub.runStarted(run);
      const many = new Clients(clients, 1);
      try {
        await many.connect(bench.server.url);
        const stop = publishLoad(bench, run.runId, READINGS_PER_SECOND);
        await sleep(1000);
        const before = process.cpuUsage();
        await sleep(1000 * SECONDS);
        const { user, system } = process.cpuUsage(before);
        stop();
        return (user + system) / 1000 / SECONDS;
      } finally {
        many.end();
      }
    });
  return Promise.resolve({ sample });
}

/** A server's processor time against its clients. */
export const CLIENTS: Question = {
  x: "clients",
  y: "processor time, ms per second",
  title: `feed: ${READINGS_PER_SECOND.toLocaleString("en")} readings a second to each client`,
  sizes: [1, 4, 16, 64, 256],
  prepare: serverOf,
};
