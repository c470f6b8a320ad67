import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, rowsOf, start, tinyCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

it.each(["removed", "replaced"])("notices that the store is %s, and saves what it holds beside it", async (how) => {
  const cwd = temporaryFolder();
  const started = start(["run", pipeline("long"), "--store", "a.duckdb", "--no-serve"], {
    cwd,
    cifar10: tinyCifar10(cwd),
  });
  await Promise.all([started.seen("a: under way"), started.seen("b: under way")]);
  const store = join(cwd, "a.duckdb");
  if (how === "removed") rmSync(store);
  else {
    writeFileSync(join(cwd, "other"), "not ours");
    renameSync(join(cwd, "other"), store);
  }
  const { code, stdout, stderr } = await started.ended;
  expect(stderr).toContain("a.duckdb was removed or replaced while it was written to; stopping, to save what it holds");
  expect(code).toBe(1);
  expect(existsSync(store)).toBe(how === "replaced");
  const [saved] = readdirSync(cwd).filter((name) => /^a\.rescued-\w+\.duckdb$/.test(name));
  expect(stdout).toContain(`Recorded in ${saved}.`);
  const sql = "SELECT arm, status, (SELECT count(*) > 5 FROM reading WHERE run_id = run.run_id) FROM run ORDER BY arm";
  expect(await rowsOf(join(cwd, saved!), sql)).toEqual([
    ["a", "interrupted", true],
    ["b", "interrupted", true],
  ]);
});
