import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { openStore } from "../../src/store/open-store.ts";
import { runsCommand } from "../../src/run/commands/runs.ts";
import { output } from "../fixtures/output.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { startWriter } from "../fixtures/writer.ts";

it.each(["a.duckdb", "WAL/a.duckdb"])("names the process that holds %s, and opens once it has ended", async (name) => {
  const path = join(temporaryFolder(), name);
  const { child, lines } = startWriter(path);
  await lines.next();
  for (const readOnly of [false, true]) {
    const error: unknown = await openStore(path, { readOnly }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toContain(`is in use by ${process.execPath} (process ${child.pid}); wait until it ends`);
    expect(String(error)).toContain("--store");
  }
  child.kill();
  await once(child, "exit");
  await (await openStore(path)).close();
});

it("loses no flushed row when the writer is killed, and marks its run as interrupted", async () => {
  const path = join(temporaryFolder(), "a.duckdb");
  const { child, lines } = startWriter(path);
  let flushed = 0;
  while (flushed < 30_000) flushed = Number((await lines.next()).value);
  child.kill("SIGKILL");
  await once(child, "exit");
  for (let line = await lines.next(); !line.done; line = await lines.next()) flushed = Number(line.value);

  expect(await output(runsCommand(), "--store", path)).toMatch(/run-1 .* interrupted /);
  const store = await openStore(path);
  // Who looked first has marked it.
  expect(store.notices).toEqual([]);
  const [count, gaps] = (await store.query("SELECT count(*), count(*) - max(step) - 1 FROM reading")).rows[0] ?? [];
  expect(count).toBeGreaterThanOrEqual(flushed);
  expect(gaps).toBe(0);
  expect((await store.query("SELECT status FROM run")).rows).toEqual([["interrupted"]]);
  expect((await store.query("SELECT run_id, level, name FROM event")).rows).toEqual([
    ["run-1", "warning", "interrupted"],
  ]);
  await store.close();
  expect(await openStore(path).then((again) => again.close().then(() => again.notices))).toEqual([]);
});
