import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  pipeline,
  rowsOf,
  start,
  tinyCifar10,
  type Place,
  type Result,
  type Started,
} from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { waitFor } from "../../fixtures/wait.ts";

/** So many that a run is under way for seconds after its store is gone, which is looked for once a second. */
const STEPS = 140;
const TRIAL = [
  pipeline("resumable"),
  "--arm",
  "plain",
  "--steps",
  String(STEPS),
  "--set",
  "pause=30",
  "--backend",
  "cpu",
];
const QUIET = ["--no-serve", "--checkpoint-every", "4 steps"];
const LOSSES = "SELECT step, value FROM reading WHERE probe = 'loss' AND stat = 'loss' ORDER BY ALL";
const RUNS = "SELECT run_id, status, attempt FROM run ORDER BY started_at, run_id";
const RESUMED = "SELECT step FROM event WHERE name = 'resumed' ORDER BY step";

function aPlace(): Place {
  const cwd = temporaryFolder();
  return { cwd, cifar10: tinyCifar10(cwd) };
}

const run = (place: Place, ...args: string[]): Started => start(["run", ...args, ...QUIET], place);

/** Returns the steps of the checkpoints of a store. */
function checkpointsIn({ cwd }: Place, store: string): readonly number[] {
  const names = readdirSync(join(cwd, `${store}.checkpoints`), { recursive: true, encoding: "utf8" });
  return names.flatMap((name) => /step-(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
}

/** Waits until there is a checkpoint of a later step than this one. */
const checkpointAfter = (step: number, place: Place, store: string): Promise<void> =>
  waitFor(() => expect(Math.max(0, ...checkpointsIn(place, store))).toBeGreaterThan(step));

/** Removes a store under training, or puts another file in its place; returns what was said and where its runs are. */
async function rescued(
  started: Started,
  { cwd }: Place,
  store: string,
  other?: string,
): Promise<{ ended: Result; saved: string }> {
  if (other === undefined) rmSync(join(cwd, store));
  else renameSync(join(cwd, other), join(cwd, store));
  const ended = await started.ended;
  const beginning = `${store.replace(".duckdb", "")}.rescued-`;
  const found = readdirSync(cwd).filter((name) => name.startsWith(beginning) && name.endsWith(".duckdb"));
  expect(found, ended.stderr).toHaveLength(1);
  expect(ended.code, ended.stderr).toBe(1);
  expect(ended.stderr).toContain(`what ${store} held is in ${found[0]!}\n`);
  return { ended, saved: found[0]! };
}

it("resume goes on in the file that holds a removed store's runs, from their checkpoints", async () => {
  const place = aPlace();
  const { cwd } = place;
  const whole = run(place, ...TRIAL, "--store", "whole.duckdb").ended;
  const first = run(place, ...TRIAL, "--store", "a.duckdb");
  await first.seen("under way");
  await checkpointAfter(0, place, "a.duckdb");
  first.child.kill("SIGINT");
  expect((await first.ended).code).toBe(130);
  expect((await whole).code).toBe(0);
  const [[id]] = (await rowsOf(join(cwd, "a.duckdb"), RUNS)) as [[string]];

  const second = start(["resume", ...QUIET, "--store", "a.duckdb"], place);
  await second.seen("goes on at step");
  const from = Number(/goes on at step (\d+)/.exec(second.shown())![1]);
  await checkpointAfter(from, place, "a.duckdb");
  const { ended, saved } = await rescued(second, place, "a.duckdb");
  expect(ended.stdout).toContain(`Recorded in ${saved}. Try:\n  npx gradstream resume --all --store ${saved}\n`);
  expect(await rowsOf(join(cwd, saved), RUNS)).toEqual([[id, "interrupted", 2]]);

  const third = await start(["resume", "--all", ...QUIET, "--store", saved], place).ended;
  expect(third.code, third.stderr).toBe(0);
  const later = Number(/goes on at step (\d+) of 140/.exec(third.stderr)?.[1]);
  expect(later, third.stderr).toBeGreaterThan(from);
  expect(await rowsOf(join(cwd, saved), RUNS)).toEqual([[id, "completed", 3]]);
  expect(await rowsOf(join(cwd, saved), RESUMED)).toEqual([[from], [later]]);
  expect(await rowsOf(join(cwd, saved), LOSSES)).toEqual(await rowsOf(join(cwd, "whole.duckdb"), LOSSES));
});

it("run --replay saves both runs of a removed store", async () => {
  const place = aPlace();
  const { cwd } = place;
  const first = await run(place, ...TRIAL, "--store", "a.duckdb").ended;
  expect(first.code, first.stderr).toBe(0);
  const [[id]] = (await rowsOf(join(cwd, "a.duckdb"), RUNS)) as [[string]];

  const second = start(["run", "--replay", id, "--no-serve", "--store", "a.duckdb"], place);
  await second.seen("under way");
  const { ended, saved } = await rescued(second, place, "a.duckdb");
  expect(ended.stdout).toContain(`Recorded in ${saved}. Try:\n`);
  expect(await rowsOf(join(cwd, saved), RUNS)).toEqual([
    [id, "completed", 1],
    [expect.any(String), "interrupted", 2],
  ]);
});

it("run --json names the file that holds the runs of a store that was replaced, whose checkpoints stay", async () => {
  const place = aPlace();
  const { cwd } = place;
  const started = run(place, ...TRIAL, "--json", "--store", "a.duckdb");
  await started.seen("under way");
  await checkpointAfter(0, place, "a.duckdb");
  writeFileSync(join(cwd, "a.duckdb.checkpoints", "another"), "of another run");
  writeFileSync(join(cwd, "other"), "not ours");
  const { ended, saved } = await rescued(started, place, "a.duckdb", "other");
  expect(JSON.parse(ended.stdout)).toMatchObject([{ arm: "plain", status: "interrupted" }]);
  expect(readdirSync(join(cwd, `${saved}.checkpoints`))).toEqual(["resumable"]);
  expect(readdirSync(join(cwd, "a.duckdb.checkpoints")).sort()).toEqual(["another", "resumable"]);
});

it("reproduce names the file that holds a removed store's runs, and goes on there", async () => {
  const place = aPlace();
  const { cwd } = place;
  const args = ["reproduce", "--scale", "smoke", "--only", "C21", "--seeds", "1", "--jobs", "1", "--no-serve"];
  const reproduce = (...more: string[]) => start([...args, ...more], place);
  const first = reproduce("--store", "p.duckdb", "--out", "out");
  await first.seen("completed");
  const { ended: stopped, saved } = await rescued(first, place, "p.duckdb");
  expect(stopped.stdout).toBe("");
  expect(stopped.stderr).toMatch(new RegExp(`\nstopped; call it again with --store ${saved} to go on\n$`));
  const trained = await rowsOf(join(cwd, saved), "SELECT run_id FROM run WHERE status = 'completed'");
  expect(trained).toHaveLength(1);

  const second = await reproduce("--store", saved, "--out", "out").ended;
  expect(second.code, second.stderr).toBe(0);
  expect(second.stderr).toContain(": 1 to train, 1 in the store");
  expect(await rowsOf(join(cwd, saved), "SELECT run_id FROM run WHERE status = 'completed'")).toHaveLength(2);
});
