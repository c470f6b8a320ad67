import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WebSocket } from "ws";
import { PROTOCOL } from "../src/feed/protocol/protocol.ts";
import { aRun, publish, publishLoad, withServer } from "./feed-load.ts";

const MIB = 2 ** 20;
/** More than are kept for clients that come back. */
const RING_READINGS = 2_500_000;
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Memory of the server while a client does not read, over that while there is no such client. */
export async function feedSlowClient(perSecond: number, seconds: number): Promise<string[]> {
  const budget = 8 * MIB;
  const [without, withSlow] = [await measure(false), await measure(true)];
  return [
    `a client that stops reading, ${perSecond} readings/s for ${seconds} s, budget ${budget / MIB} MiB`,
    `  backlog at most ${(withSlow.backlog / MIB).toFixed(1)} MiB; clients at the end: ${withSlow.clients}`,
    `  memory grew by ${(withSlow.grown / MIB).toFixed(1)} MiB, without it by ${(without.grown / MIB).toFixed(1)} MiB (target: at most the budget more)`,
  ];

  function measure(isSlow: boolean) {
    return withServer(async (bench) => {
      const run = aRun("bench/slow", 1e6);
      await bench.store.startRun(run);
      bench.server.hub.runStarted(run);
      const socket = isSlow ? await stuck(bench.server.url) : undefined;
      // The ring that everyone may be sent again from is full first.
      for (let i = 0; i < RING_READINGS; i += 5000) {
        await publish(bench, run.runId, i / 5000, 5000);
        if (i % 50_000 === 0) await sleep(10);
      }
      const before = memory();
      socket?.pause();
      const stop = publishLoad(bench, run.runId, perSecond);
      let backlog = 0;
      let peak = 0;
      for (const until = performance.now() + 1000 * seconds; performance.now() < until; await sleep(250)) {
        backlog = Math.max(backlog, bench.server.hub.backlog);
        peak = Math.max(peak, memory());
      }
      stop();
      const clients = bench.server.hub.clients;
      socket?.terminate();
      return { backlog, grown: peak - before, clients };
    }, budget);
  }
}

function memory(): number {
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

async function stuck(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}feed`);
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: "hello", protocol: PROTOCOL }));
  socket.send('{"type":"subscribe","id":1,"kind":"readings","filter":{}}');
  await new Promise<void>((resolve) => {
    socket.on("message", (data, isBinary) => {
      if (!isBinary && (data as Buffer).includes('"live"')) resolve();
    });
  });
  return socket;
}
