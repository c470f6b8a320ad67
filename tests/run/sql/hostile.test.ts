import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { SqlPool } from "../../../src/run/sql/sql-pool.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../../fixtures/runs.ts";
import { PATIENCE_MS } from "../../fixtures/wait.ts";
import { HEAVY, REFUSED } from "../../fixtures/hostile-sql.ts";

const MIB = 2 ** 20;

async function recording(ms = PATIENCE_MS) {
  const path = join(temporaryFolder(), "a.duckdb");
  const store = await openStore(path);
  const pool = new SqlPool(store, { ms, memory: 700 * MIB });
  onTestFinished(async () => {
    await pool.close();
    await store.close();
  });
  await store.startRun(aRun());
  const ask = async (sql: string): Promise<unknown> => JSON.parse(`[${(await pool.ask(sql)).json.join(",")}]`);
  return { path, store, pool, ask };
}

it("refuses what reads, writes or changes anything but the data, by name and before it is bound", async () => {
  const { path, ask } = await recording();
  for (const sql of REFUSED) {
    const error = await rejection(ask(sql));
    expect([sql, error]).toEqual([sql, expect.any(UserError)]);
    expect([sql, error.message]).toEqual([
      sql,
      expect.stringMatching(/cannot be called here|only SELECT|one statement|parameters|does not exist|disabled/),
    ]);
  }
  // It is one process still, and its instance is whole.
  expect(await ask("SELECT count(*) FROM run")).toEqual([[1]]);
  expect(readdirSync(dirname(path)).filter((name) => name.includes("harm"))).toEqual([]);
});

it("answers the next, whenever one is given up", async () => {
  const { pool, ask } = await recording();
  await ask("SELECT 1");
  for (let round = 0; round < 60; round++) {
    const giving = new AbortController();
    const asked = pool.ask("SELECT range FROM range(3000)", giving.signal).catch(() => undefined);
    setTimeout(() => giving.abort(), (round % 20) / 2);
    await asked;
    expect(await ask("SELECT 2")).toEqual([[2]]);
  }
});

it("ends what takes too long or too much, while recording goes on", async () => {
  const { store, ask } = await recording(500);
  await ask("SELECT 1");
  const before = process.memoryUsage.rss();
  let step = 0;
  let most = before;
  let isOver = false;
  const record = async (): Promise<void> => {
    while (!isOver) {
      await store.append("run-1", [aReading(step++)]);
      most = Math.max(most, process.memoryUsage.rss());
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const recorded = record();
  for (const sql of HEAVY) {
    const error = await ask(sql).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (error !== undefined) expect([sql, error]).toEqual([sql, expect.any(UserError)]);
  }
  isOver = true;
  await recorded;
  await store.flush();
  expect((await store.query("SELECT count(*), max(step) + 1 FROM reading")).rows).toEqual([[step, step]]);
  expect(await ask("SELECT count(*) FROM reading")).toEqual([[step]]);
  expect(most - before).toBeLessThan(50 * MIB);
});

it("shows what was recorded half a second ago, of several clients' queries none behind another's", async () => {
  const { store, pool, ask } = await recording();
  await store.append("run-1", [aReading(0)]);
  expect(await ask("SELECT count(*) FROM reading")).toEqual([[1]]);
  const leaving = new AbortController();
  const slow = rejection(
    pool.ask("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b", leaving.signal),
  );
  await store.append("run-1", [aReading(1)]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await ask("SELECT count(*) FROM reading")).toEqual([[2]]);
  leaving.abort();
  expect((await slow).message).toMatch(/given up|took longer/);
});

it("answers about an archive, too", async () => {
  const store = await openStore("data/reproduction", { readOnly: true });
  const pool = new SqlPool(store, { ms: 120_000 });
  onTestFinished(async () => {
    await pool.close();
    await store.close();
  });
  const { json } = await pool.ask("SELECT count(*) > 0, (SELECT count(*) FROM run_summary) FROM reading");
  expect(json.join()).toMatch(/^\[true,[1-9]\d*\]$/);
});
