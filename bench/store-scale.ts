import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reading, Recorded, Run } from "../src/core/types.ts";
import { duckDbSink } from "../src/sinks/duckdb-sink.ts";
import { compactStore } from "../src/store/compact-store.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Store } from "../src/store/store.ts";
import { machine, show, spread } from "./measure.ts";

// A store of many readings: 10 runs of 10 series each, which an argument gives the number of.
const READINGS = Number(process.argv[2] ?? 10_000_000);
const RUNS = 10;
const SERIES = 10;
const STEPS = Math.floor(READINGS / RUNS / SERIES);
/** Readings that a training thread sends at once. */
const CHUNK = 1000;
const POINTS = 1000;
const TIMES = 5;

const RUN: Omit<Run, "runId" | "seed" | "startedAt"> = {
  experiment: "scale",
  pipeline: "bench/store-scale.ts",
  arm: "standard",
  hyper: { learningRate: 0.1 },
  steps: STEPS,
  backend: "cpu",
  dataset: "none",
  network: "none",
  codeVersion: "none",
  host: "none",
  attempt: 1,
};

/** What the lists of runs show, and layers. */
const PLACES: readonly Pick<Reading, "probe" | "stat" | "layer">[] = [
  { probe: "loss", stat: "loss" },
  { probe: "accuracy", stat: "accuracy" },
  ...Array.from({ length: SERIES - 2 }, (_, i) => ({ probe: "moments", stat: "mean", layer: i + 1 })),
];

/** Numbers with digits to the last, as losses have them. */
function* chunksOf(seed: number): Generator<Recorded[]> {
  let chunk: Reading[] = [];
  for (let step = 0; step < STEPS; step++) {
    for (let series = 0; series < SERIES; series++) {
      const value = Math.sin(step * 1e-3 + series) + Math.sin(step * 12.9898 + seed * 78.233) * 0.1;
      chunk.push({ kind: "reading", step, ...PLACES[series]!, value });
    }
    if (chunk.length >= CHUNK) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** Sends all chunks of a run through the sink. Returns the seconds that it took, without those of making the chunks. */
async function record(store: Store, seed: number): Promise<number> {
  const run = { ...RUN, runId: `run ${seed}`, seed, startedAt: Date.now() };
  await store.startRun(run);
  let making = 0;
  async function* timed(): AsyncGenerator<Recorded[]> {
    const chunks = chunksOf(seed);
    for (;;) {
      const before = performance.now();
      const next = chunks.next();
      making += performance.now() - before;
      if (next.done) return;
      yield next.value;
    }
  }
  const start = performance.now();
  await duckDbSink(store)(timed(), run);
  const seconds = (performance.now() - start - making) / 1000;
  await store.finishRun(run.runId, "completed", Date.now());
  return seconds;
}

async function times(task: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  // The first time reads from the disk.
  for (let i = 0; i <= TIMES; i++) {
    const start = performance.now();
    await task();
    if (i > 0) taken.push(performance.now() - start);
  }
  return taken;
}

const folder = mkdtempSync(join(tmpdir(), "gradstream-scale-"));
const path = join(folder, "scale.duckdb");
try {
  console.log(machine());
  const store = await openStore(path);
  let seconds = 0;
  for (let seed = 0; seed < RUNS; seed++) seconds += await record(store, seed);
  const count = RUNS * SERIES * STEPS;
  console.log(`intake: ${Math.round(count / seconds).toLocaleString("en")} readings/s (target: at least 500,000)`);
  const { bytesAfter } = await compactStore(store);
  console.log(`size: ${(bytesAfter / count).toFixed(2)} bytes a reading, compacted (target: at most 16)`);
  if (statSync(path).size !== bytesAfter) throw new Error("the compacted store is not the one that lies there");

  const read = await openStore(path, { readOnly: true });
  const reader = await read.openReader();
  const shift = Math.max(0, Math.ceil(Math.log2(STEPS / POINTS)));
  const wanted = { runs: ["run 3"], probes: ["loss"], stats: ["loss"] };
  const chart = await times(async () => {
    const blocks = await reader.snapshot((moment) => moment.buckets(wanted, shift));
    const buckets = blocks.reduce((sum, { rowCount }) => sum + rowCount, 0);
    if (buckets !== Math.ceil(STEPS / 2 ** shift)) throw new Error(`the chart has ${buckets} buckets`);
  });
  console.log(`chart of ${STEPS.toLocaleString("en")} readings: ${show(spread(chart))} ms (target: at most 50)`);
  const listed = await times(async () => {
    const runs = await reader.snapshot((moment) => moment.storedRuns());
    if (runs.length !== RUNS) throw new Error(`${runs.length} runs are listed`);
  });
  console.log(`runs of the feed: ${show(spread(listed))} ms (target: at most 200)`);
  const summed = await times(() => read.query("FROM run_summary"));
  console.log(`view run_summary: ${show(spread(summed))} ms (target: at most 200)`);
  await reader.close();
  await read.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
