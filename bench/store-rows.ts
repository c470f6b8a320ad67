import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Recorded, type Run } from "gradstream";
import { show, spread } from "./measure.ts";

const ROWS = 500_000;
const CHUNK = 500;

/** Readings per second from plain objects to a durable file, in chunks as a run hands them over. */
export async function storeRows(rounds: number): Promise<string[]> {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) rates.push(await once(round));
  return [`store (${ROWS} readings in chunks of ${CHUNK}, ${rounds} rounds)`, `  ${show(spread(rates), 0)} rows/s`];
}

async function once(round: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "gradstream-bench-"));
  try {
    const store = await openStore(join(folder, "rows.duckdb"));
    const run: Run = {
      runId: `bench/${round}`,
      experiment: "bench",
      pipeline: "bench",
      arm: "a",
      seed: 0,
      hyper: {},
      steps: ROWS,
      backend: "none",
      dataset: "none",
      network: "none",
      codeVersion: "0",
      host: "0",
      startedAt: 0,
      attempt: 1,
    };
    await store.startRun(run);
    const start = performance.now();
    for (let step = 0; step < ROWS; step += CHUNK) {
      const records = Array.from({ length: CHUNK }, (_, i): Recorded => {
        const layer = (i % 16) + 1;
        return { kind: "reading", step: step + i, probe: "moments", stat: "mean", layer, value: Math.sin(step + i) };
      });
      await store.append(run.runId, records);
    }
    await store.flush();
    const seconds = (performance.now() - start) / 1000;
    await store.close();
    return ROWS / seconds;
  } finally {
    await rm(folder, { recursive: true });
  }
}
