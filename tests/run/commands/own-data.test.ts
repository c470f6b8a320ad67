import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, rowsOf, start, type Started } from "../../fixtures/command-line.ts";
import { idx } from "../../fixtures/mnist-folder.ts";
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
const SLOWLY = ["--steps", "40", "--set", "pause=30", "--checkpoint-every", "4 steps"];
const LOSSES = "SELECT step, value FROM reading WHERE stat = 'loss' ORDER BY step";

/** Waits until a run into a.duckdb has checkpoints. */
const checkpointed = (cwd: string): Promise<void> =>
  waitFor(() => {
    const names = readdirSync(join(cwd, "a.duckdb.checkpoints"), { recursive: true, encoding: "utf8" });
    expect(names.filter((name) => name.endsWith(".json")).length).toBeGreaterThan(1);
  });

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
  const started = start([...RUN, ...SLOWLY, "--store", "a.duckdb"], { cwd });
  await checkpointed(cwd);
  started.child.kill("SIGTERM");
  expect((await started.ended).code).toBe(130);
  const resumed = await start(["resume", "--all", "--store", "a.duckdb", "--no-serve"], { cwd }).ended;
  expect([resumed.code, resumed.stderr]).toEqual([0, expect.stringMatching(/on own\.csv@|step/)]);
  await start([...RUN, ...SLOWLY, "--store", "b.duckdb"], { cwd }).ended;
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

const IMAGES = "own-images-idx3-ubyte";
const LABELS = "own-labels-idx1-ubyte";

/** Writes IDX files of 20 images, whose names have no ending; `shift` changes the labels. */
function writeIdx(cwd: string, shift = 0): void {
  const pixels = Array.from({ length: 20 * 4 }, (_, i) => (37 * i) % 256);
  writeFileSync(join(cwd, IMAGES), idx([20, 2, 2], pixels));
  const labels = Array.from({ length: 20 }, (_, i) => (i + shift) % 3);
  writeFileSync(join(cwd, LABELS), idx([20], labels));
}

const onIdx = (cwd: string, ...more: string[]): Started =>
  start([...RUN, "--data", `${IMAGES},label=${LABELS}`, "--store", "a.duckdb", ...more], { cwd });

it("goes on with no run whose IDX files have changed or are gone, and goes on when they are back", async () => {
  const cwd = temporaryFolder();
  writeIdx(cwd);
  const started = onIdx(cwd, ...SLOWLY);
  await checkpointed(cwd);
  started.child.kill("SIGTERM");
  expect((await started.ended).code).toBe(130);
  const resume = () => start(["resume", "--all", "--force", "--store", "a.duckdb", "--no-serve"], { cwd }).ended;
  const refusal =
    /^gradstream: resume: own-data\/standard\/0\/\S+: its checkpoint is of another trial: data own-images-idx3-ubyte@[0-9a-f]{12}, 16 of \[2, 2, 1\], 4 test, not own-images-idx3-ubyte@[0-9a-f]{12}, 16 of /m;

  writeIdx(cwd, 1);
  const changed = await resume();
  expect([changed.code, changed.stdout]).toEqual([2, ""]);
  expect(changed.stderr).toMatch(refusal);
  renameSync(join(cwd, LABELS), join(cwd, "elsewhere"));
  const gone = await resume();
  expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining(`data: no file ${join(cwd, LABELS)}\n`)]);
  const status = "SELECT status, attempt FROM run";
  expect(await rowsOf(join(cwd, "a.duckdb"), status)).toEqual([["interrupted", 1]]);

  writeIdx(cwd);
  const back = await resume();
  expect([back.code, back.stderr]).toEqual([0, expect.stringMatching(/goes on at step [1-9]\d* of 40/)]);
  expect(await rowsOf(join(cwd, "a.duckdb"), status)).toEqual([["completed", 2]]);
});

it("trains a run on IDX files again on no other data", async () => {
  const cwd = temporaryFolder();
  writeIdx(cwd);
  const { code, stderr } = await onIdx(cwd).ended;
  expect(code, stderr).toBe(0);
  const [[run]] = (await rowsOf(join(cwd, "a.duckdb"), "SELECT run_id FROM run")) as [[string]];
  const replayed = await start(["run", "--replay", run, "--store", "a.duckdb", "--no-serve"], { cwd }).ended;
  expect(replayed.code).toBe(2);
  expect(replayed.stderr).toMatch(
    /it was trained on own-images-idx3-ubyte@[0-9a-f]{12}, and no checkpoint says where that file lies/,
  );
});
