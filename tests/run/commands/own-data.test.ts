import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, rowsOf, start } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { waitFor } from "../../fixtures/wait.ts";

const rows = (shift: number) =>
  Array.from({ length: 20 }, (_, i) => `${i % 3},${(i * 7) % 5},${["a", "b", "c"][(i + shift) % 3]}`).join("\n");

function folderWith(shift = 0): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "own.csv"), `x,y,kind\n${rows(shift)}\n`);
  return cwd;
}

// The last option wins.
const RUN = [
  "run",
  pipeline("own-data"),
  "--no-serve",
  "--backend",
  "cpu",
  "--data",
  "own.csv,label=kind",
  "--store",
  "runs.duckdb",
];
const LOSSES = "SELECT step, value FROM reading WHERE stat = 'loss' ORDER BY step";

it("trains on a file, names it with its hash, and tells other contents apart", async () => {
  const cwd = folderWith();
  const first = await start(RUN, { cwd }).ended;
  expect([first.code, first.stderr]).toEqual([
    0,
    expect.stringMatching(/on own\.csv@[0-9a-f]{12} \(16 images, 4 test\)/),
  ]);
  const again = await start(RUN, { cwd }).ended;
  expect(again.stderr + again.stdout).toMatch(/recorded already/);
  writeFileSync(join(cwd, "own.csv"), `x,y,kind\n${rows(1)}\n`);
  expect((await start(RUN, { cwd }).ended).code).toBe(0);
  const runs = await rowsOf(join(cwd, "runs.duckdb"), "SELECT dataset FROM run");
  expect(runs).toHaveLength(2);
  expect(new Set(runs.flat()).size).toBe(2);
  for (const [dataset] of runs) expect(dataset).toMatch(/^own\.csv@[0-9a-f]{12}$/);
});

it("refuses bad files before step 0, in one line, and names that are none", async () => {
  const cwd = folderWith();
  writeFileSync(join(cwd, "bad.csv"), "x,kind\n1,a\nnan,b\n");
  const bad = await start(["run", pipeline("own-data"), "--no-serve", "--data", "bad.csv,label=kind"], { cwd }).ended;
  expect([bad.code, bad.stderr]).toEqual([2, "gradstream: bad.csv: row 2, column x is NaN\n"]);
  const none = await start(["run", pipeline("own-data"), "--no-serve", "--data", "imagenet"], { cwd }).ended;
  expect(none.stderr).toContain(
    "Allowed choices are auto, cifar10, cifar100, mnist, fashion-mnist, shapes10, and files such as own.csv.",
  );
  expect(readdirSync(cwd).sort()).toEqual(["bad.csv", "own.csv"]);
});

it("goes on with an interrupted run on the same file", async () => {
  const cwd = folderWith();
  const steps = ["--steps", "40", "--set", "pause=30", "--checkpoint-every", "4 steps"];
  const started = start([...RUN, ...steps, "--store", "a.duckdb"], { cwd });
  await waitFor(() => {
    const names = readdirSync(join(cwd, "a.duckdb.checkpoints"), { recursive: true, encoding: "utf8" });
    expect(names.filter((name) => name.endsWith(".json")).length).toBeGreaterThan(1);
  });
  started.child.kill("SIGTERM");
  expect((await started.ended).code).toBe(130);
  const resumed = await start(["resume", "--all", "--store", "a.duckdb", "--no-serve"], { cwd }).ended;
  expect([resumed.code, resumed.stderr]).toEqual([0, expect.stringMatching(/on own\.csv@|step/)]);
  await start([...RUN, ...steps, "--store", "b.duckdb"], { cwd }).ended;
  const whole = await rowsOf(join(cwd, "b.duckdb"), LOSSES);
  expect(whole).toHaveLength(40);
  expect(await rowsOf(join(cwd, "a.duckdb"), LOSSES)).toEqual(whole);
});

it("trains a run again on no other data than its own file", async () => {
  const cwd = folderWith();
  const { code, stderr } = await start([...RUN, "--steps", "3", "--store", "a.duckdb"], { cwd }).ended;
  expect(code, stderr).toBe(0);
  const [[run]] = (await rowsOf(join(cwd, "a.duckdb"), "SELECT run_id FROM run")) as [[string]];
  const replayed = await start(["run", "--replay", run, "--store", "a.duckdb", "--no-serve"], { cwd }).ended;
  expect(replayed.code).toBe(2);
  expect(replayed.stderr).toMatch(
    /it was trained on own\.csv@[0-9a-f]{12}, and no checkpoint says where that file lies/,
  );
  expect(await rowsOf(join(cwd, "a.duckdb"), "SELECT count(*)::INTEGER FROM run")).toEqual([[1]]);
});
