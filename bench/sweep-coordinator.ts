import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { queueEngine } from "../src/sweep/engine/bullmq/queue-engine.ts";
import { queueWorker } from "../src/sweep/engine/bullmq/queue-worker.ts";
import { machine } from "./measure.ts";

// What a sweep of many workers costs the process that plans it, through the queue server of the address given: it
// enqueues all trials, and then asks every second which are open, as a coordinator does. Workers train nothing: each
// holds a trial for as long as all of them together finish the sweep in about a minute and a half.
const [url = "", workers = "1000", trials = "10000"] = process.argv.slice(2);
const WORKERS = Number(workers);
const TRIALS = Number(trials);
/** Workers of one process: their own cost is not measured. */
const PER_PROCESS = 100;
const HELD_MS = 90_000 / (TRIALS / WORKERS);
const SELF = fileURLToPath(import.meta.url);
const REGISTER = new URL("../src/run/register.js", import.meta.url).href;

if (process.env["SWEEP_ID"] !== undefined) await work(process.env["SWEEP_ID"]);
else if (url === "")
  throw new Error("usage: npm run bench:sweep-coordinator -- redis://127.0.0.1:6379 [workers] [trials]");
else await coordinate();

async function work(sweepId: string): Promise<void> {
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort());
  await Promise.all(
    Array.from({ length: PER_PROCESS }, async () => {
      const worker = await queueWorker(url, { sweepId, connectMs: 120_000 });
      for (let claim = await worker.claim(stop.signal); claim; claim = await worker.claim(stop.signal)) {
        await new Promise((resolve) => setTimeout(resolve, HELD_MS * (0.5 + Math.random())));
        await worker.complete(claim);
      }
      await worker.close();
    }),
  );
}

async function coordinate(): Promise<void> {
  const sweepId = `bench-${Date.now()}`;
  const engine = await queueEngine(url, { sweepId });
  const ids = Array.from({ length: TRIALS }, (_, i) => `arm=batchNorm,seed=${i}`);
  const crews = Array.from({ length: Math.ceil(WORKERS / PER_PROCESS) }, () =>
    spawn(process.execPath, ["--import", REGISTER, SELF, ...process.argv.slice(2)], {
      env: { ...process.env, SWEEP_ID: sweepId },
      stdio: ["ignore", "inherit", "inherit"],
    }),
  );
  const began = performance.now();
  const before = process.cpuUsage();
  await engine.enqueue(ids);
  const enqueued = performance.now() - began;
  let mostClaimed = 0;
  for (;;) {
    const open = await engine.open();
    mostClaimed = Math.max(mostClaimed, open.filter(({ state }) => state === "claimed").length);
    if (open.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  for (const crew of crews) crew.kill("SIGTERM");
  await engine.withdraw(ids);
  await engine.close();
  const result = {
    machine: machine(),
    load: loadavg()[0],
    server: new URL(url).protocol,
    workers: WORKERS,
    trials: TRIALS,
    mostClaimed,
    seconds,
    enqueueSeconds: enqueued / 1000,
    coordinatorShareOfACore: (user + system) / 1e6 / seconds,
  };
  console.log(result);
  mkdirSync("bench/results", { recursive: true });
  writeFileSync("bench/results/sweep-coordinator.json", `${JSON.stringify(result, null, 2)}\n`);
}
