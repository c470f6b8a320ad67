import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Progress } from "../src/run/terminal/progress.ts";
import { openStore } from "../src/store/open-store.ts";
import { Coordinator } from "../src/sweep/coordinator/coordinator.ts";
import { queueEngine } from "../src/sweep/engine/bullmq/queue-engine.ts";
import { Ledger } from "../src/sweep/ledger/ledger.ts";
import type { SweepManifest } from "../src/sweep/place/manifest.ts";
import { folderPlace } from "../src/sweep/place/folder-place.ts";
import type { PlannedTrial } from "../src/sweep/plan/planned-trial.ts";
import { machine } from "./measure.ts";

// What a sweep of many workers costs the process that plans it: the coordinator itself, over a Redis of its own, with its
// store, its ledger and a shared folder in memory. Workers train nothing (sweep-crew.ts). Arguments: workers, trials,
// seconds for which it is watched once nine of ten workers have a trial, seconds of a trial, its segments, readings of each.
const [WORKERS = 1000, TRIALS = 10_000, WINDOW_SECONDS = 240, HELD_SECONDS = 100, SEGMENTS = 10, READINGS = 100] =
  process.argv.slice(2).map(Number);
/** Workers of one process: their own cost is not measured. */
const PER_PROCESS = 100;
const TARGET = 0.25;
const PORT = 20_000 + (process.pid % 10_000);
const URL_OF_QUEUE = `redis://127.0.0.1:${PORT}/0`;
const CREW = fileURLToPath(new URL("sweep-crew.ts", import.meta.url));
const REGISTER = new URL("../src/run/register.js", import.meta.url).href;

const steps = SEGMENTS * READINGS;
const manifest: SweepManifest = {
  sweepId: `bench-${Date.now()}`,
  experiment: "e",
  pipeline: "e.ts",
  file: "/e.ts",
  pipelineSha256: "",
  backend: "cpu",
  data: "shapes10",
  codeVersion: "1",
  retries: 2,
  earlyStop: { rules: [{ rule: "divergence", metric: "loss", isMax: false }] },
};
const trials = Array.from({ length: TRIALS }, (_, seed): PlannedTrial => {
  const trialId = `t${seed}`;
  return { trialId, runId: `e/a/${seed}/${trialId}`, arm: "a", seed, hyper: { steps }, network: "n", rung: 0 };
});

/** Memory where there is a file system of it: what a folder's disk takes is not the coordinator's. */
const root = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const folder = mkdtempSync(join(root, "sweep-coordinator-"));
const redisArgs = ["--port", String(PORT), "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"];
const redis = spawn("redis-server", redisArgs, { stdio: "ignore" });
await once(redis, "spawn");
try {
  console.log(await coordinate());
} finally {
  redis.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function coordinate(): Promise<string> {
  const engine = await queueEngine(URL_OF_QUEUE, { sweepId: manifest.sweepId, tell: () => undefined });
  const store = await openStore(join(folder, "s.duckdb"));
  const [ledger, place] = [new Ledger(store), folderPlace(join(folder, "place"))];
  const progress = new Progress(process.stderr, { quiet: true });
  const parts = { place, manifest, dataset: "d", store, hub: undefined, progress, ledger, engine };
  await ledger.begin(manifest, {}, "redis", "h");
  const coordinator = new Coordinator({ ...parts, failed: new Set() });
  const about = [manifest.sweepId, join(folder, "place"), PER_PROCESS, HELD_SECONDS * 1000, SEGMENTS, READINGS];
  const crews = Array.from({ length: Math.ceil(WORKERS / PER_PROCESS) }, () =>
    spawn(process.execPath, ["--import", REGISTER, CREW, URL_OF_QUEUE, ...about.map(String)], {
      stdio: ["ignore", "ignore", "pipe"],
    }),
  );
  const training = coordinator.train(0, trials);
  let mostOpen = 0;
  const counting = setInterval(() => (mostOpen = Math.max(mostOpen, coordinator.running)), 1000);
  // What starts workers takes the processors, and connections; it is no part of what goes on for hours.
  while (mostOpen < 0.9 * WORKERS) await delay(1000);
  const begun = { at: performance.now(), cpu: process.cpuUsage(), ended: coordinator.finished.length };
  await Promise.race([training, delay(WINDOW_SECONDS * 1000)]);
  const seconds = (performance.now() - begun.at) / 1000;
  const { user, system } = process.cpuUsage(begun.cpu);
  const ended = coordinator.finished.length - begun.ended;
  const { rows } = await store.query(
    "SELECT count(*)::INTEGER FROM reading JOIN run USING (run_id) WHERE status = 'completed'",
  );
  clearInterval(counting);
  coordinator.stop();
  await training;
  const gone = crews.map((crew) => once(crew, "exit"));
  for (const crew of crews) crew.kill("SIGKILL");
  await Promise.all(gone);
  await Promise.all([engine.close(), store.close()]);
  progress.close();
  const [share, whole] = [(user + system) / 1e6 / seconds, Number(rows[0]![0])];
  return [
    `${machine()}, load ${loadavg()[0]!.toFixed(1)}`,
    "",
    `a coordinator of ${TRIALS} trials with ${WORKERS} simulated workers over Redis, watched for ${seconds.toFixed(0)} s`,
    `  at most ${mostOpen} trials under way, each for ${HELD_SECONDS} s with ${SEGMENTS} segments of ${READINGS} readings`,
    `  ${ended} ended, ${(ended / seconds).toFixed(1)} a second, with all their readings in the store ` +
      `(${whole} by then, of ${coordinator.finished.length} trials)`,
    `  ${(100 * share).toFixed(1)} % of a core (target: at most ${100 * TARGET} %), ` +
      `${((user + system) / 1000 / ended).toFixed(1)} ms of it for each trial that ended`,
  ].join("\n");
}
