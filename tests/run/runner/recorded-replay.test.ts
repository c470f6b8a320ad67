import { join } from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../../src/store/open-store.ts";
import { pipeline, rowsOf, start } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const readingsOf = (id: string) => `SELECT step, probe, stat, layer, unit, distance, value FROM reading
    WHERE run_id = '${id}' AND probe <> 'timing' AND NOT starts_with(probe, 'cost/') ORDER BY ALL`;

it("goes on with a replay that was interrupted as one", { timeout: 120_000 }, async () => {
  const cwd = temporaryFolder();
  const store = join(cwd, "a.duckdb");
  const run = (...args: string[]) => start(["run", ...args, "--store", "a.duckdb", "--no-serve"], { cwd });
  const first = await run(pipeline("steered"), "--backend", "cpu", "--data", "shapes10").ended;
  expect(first.code, first.stderr).toBe(0);
  const idOf = async (where: string) => String((await rowsOf(store, `SELECT run_id FROM run WHERE ${where}`))[0]?.[0]);
  const id = await idOf("true");
  expect((await run("--replay", id).ended).code).toBe(0);
  const replay = await idOf(`run_id <> '${id}'`);
  // As it would stand had it been interrupted before a checkpoint was written.
  const opened = await openStore(store);
  await opened.query(`UPDATE run SET status = 'interrupted', ended_at = NULL WHERE run_id = '${replay}'`);
  await opened.query(`DELETE FROM reading WHERE run_id = '${replay}'`);
  await opened.close();
  const resumed = await start(["resume", replay, "--store", "a.duckdb", "--no-serve"], { cwd }).ended;
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await rowsOf(store, readingsOf(replay))).toEqual(await rowsOf(store, readingsOf(id)));
});
