import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "gradstream";
import { aRun } from "../feed-load.ts";
import type { Question, Sampler } from "./sweep.ts";

const STEPS = 50;

async function storeOf(runs: number): Promise<Sampler> {
  const folder = mkdtempSync(join(tmpdir(), "gradstream-scaling-"));
  const store = await openStore(join(folder, "runs.duckdb"));
  // As many rows as the sink would write, in two statements.
  await store.startRun(aRun("first", STEPS));
  await store.query(
    `INSERT INTO run SELECT run.* REPLACE (format('run {}', range) AS run_id, 'completed' AS status, range AS seed)
     FROM run, range(${runs}) WHERE run_id = 'first'`,
  );
  await store.query("DELETE FROM run WHERE run_id = 'first'");
  await store.query(
    `INSERT INTO reading SELECT format('run {}', r.range), s.range, p, p, NULL, NULL, NULL, sin(r.range + s.range)
     FROM range(${runs}) r, range(${STEPS}) s, (VALUES ('loss'), ('accuracy')) AS named (p) ORDER BY ALL`,
  );
  const sample = async (): Promise<number> => {
    const start = performance.now();
    const { rows } = await store.query("FROM run_summary");
    if (rows.length !== runs) throw new Error(`${rows.length} runs are listed`);
    return performance.now() - start;
  };
  const end = async (): Promise<void> => {
    await store.close();
    rmSync(folder, { recursive: true });
  };
  return { sample, end };
}

/** The list of runs against how many there are. */
export const STORE: Question = {
  x: "runs in the store",
  y: "run_summary, ms",
  title: `store: runs of ${2 * STEPS} readings`,
  sizes: [10, 100, 1000, 10_000],
  prepare: storeOf,
};
