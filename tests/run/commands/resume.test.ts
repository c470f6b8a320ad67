import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readCheckpoint } from "../../../src/checkpoints/read-checkpoint.ts";
import { RunCheckpoints } from "../../../src/checkpoints/run-checkpoints.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { pipeline, rowsOf, runEach, start, tinyCifar10, type Place } from "../../fixtures/command-line.ts";
import { readSafetensors } from "../../fixtures/safetensors.ts";
import { aReading, aRun, temporaryFolder } from "../../fixtures/runs.ts";
import { waitFor } from "../../fixtures/wait.ts";

const STEPS = 60;
const SETTING = ["--arm", "full", "--steps", String(STEPS), "--set", "pause=30", "--backend", "cpu"];
const TRIAL = [pipeline("resumable"), ...SETTING];
const QUIET = ["--no-serve", "--checkpoint-every", "4 steps"];

const READINGS = `SELECT step, probe, stat, layer, unit, distance, value, NULL AS counts FROM reading
    WHERE probe <> 'timing' AND NOT starts_with(probe, 'cost/')
  UNION ALL SELECT step, site, NULL, layer, unit, lo, hi, counts FROM histogram ORDER BY ALL`;
const RUNS = "SELECT run_id, status, attempt FROM run ORDER BY run_id";

const run = (place: Place, store: string, ...more: string[]) =>
  start(["run", ...TRIAL, ...QUIET, "--store", store, ...more], place);

/** Starts a run, interrupts it when it has checkpoints, and returns its id. */
async function interruptedRun(place: Place, store: string): Promise<string> {
  const started = run(place, store);
  const root = join(place.cwd, `${store}.checkpoints`);
  await started.seen("under way");
  await waitFor(() => {
    const names = readdirSync(root, { recursive: true, encoding: "utf8" });
    expect(names.filter((name) => name.endsWith(".json")).length).toBeGreaterThan(1);
  });
  started.child.kill("SIGTERM");
  const { code, stderr, stdout } = await started.ended;
  expect([code, stderr]).toEqual([130, expect.stringContaining("interrupted at step")]);
  expect(stdout).toContain(`npx gradstream resume --all --store ${store}\n`);
  const [[id, status]] = (await rowsOf(join(place.cwd, store), RUNS)) as [[string, string]];
  expect(status).toBe("interrupted");
  return id;
}

/** What an audit wrote down, without times. */
function auditedIn(folder: string) {
  const readings = JSON.parse(readFileSync(join(folder, "readings.json"), "utf8")) as readonly { probe: string }[];
  const measured = readings.filter(({ probe }) => probe !== "timing" && !probe.startsWith("cost/"));
  expect(measured.length).toBeGreaterThan(5);
  return { measured, tensors: readSafetensors(join(folder, "step.safetensors")).tensors };
}

it("goes on from checkpoints, damaged ones and other code apart, and reads what was never interrupted", async () => {
  const cwd = temporaryFolder();
  const place = { cwd, cifar10: tinyCifar10(cwd) };
  const [whole, id] = await Promise.all([run(place, "whole.duckdb").ended, interruptedRun(place, "a.duckdb")]);
  expect(whole.code).toBe(0);
  const expected = await rowsOf(join(cwd, "whole.duckdb"), READINGS);
  expect(readdirSync(cwd)).not.toContain("whole.duckdb.checkpoints");

  for (const ending of ["", ".checkpoints"]) {
    cpSync(join(cwd, `a.duckdb${ending}`), join(cwd, `b.duckdb${ending}`), { recursive: true });
  }
  const newest = (store: string) => new RunCheckpoints(join(cwd, `${store}.checkpoints`), id).newest().kept!;
  const { path, manifest } = newest("a.duckdb");
  const { step } = manifest.checkpoint;
  expect(step).toBeLessThan(STEPS);

  // One step of it, from the checkpoint and from the start.
  const audit = (out: string, ...more: string[]) =>
    start(["audit", ...TRIAL, "--step", String(step), "--out", out, ...more], place).ended;
  const [from, anew] = await Promise.all([
    audit("from", "--from-checkpoint", id, "--store", "a.duckdb"),
    audit("anew"),
  ]);
  expect([from.code, anew.code]).toEqual([0, 0]);
  expect(from.stderr).toContain(`training again from step ${step} up to step ${step}`);
  const [one, other] = ["from", "anew"].map((folder) => auditedIn(join(cwd, folder)));
  expect(one).toEqual(other);

  // The newest is torn: the one before it is taken.
  truncateSync(path, 100);
  const resumed = await start(["resume", ...QUIET, "--store", "a.duckdb"], place).ended;
  expect([resumed.code, resumed.stderr]).toEqual([
    0,
    expect.stringMatching(new RegExp(`${id}: a checkpoint is damaged and left out: step ${step}: it has 100 bytes`)),
  ]);
  const before = Number(/goes on at step (\d+) of 60/.exec(resumed.stderr)![1]);
  expect(before).toBeLessThan(step);
  expect(before).toBeGreaterThan(0);
  expect(resumed.stderr).toMatch(/^full +step 60\/60 .* completed$/m);
  expect(await rowsOf(join(cwd, "a.duckdb"), READINGS)).toEqual(expected);
  expect(await rowsOf(join(cwd, "a.duckdb"), RUNS)).toEqual([[id, "completed", 2]]);
  expect(await rowsOf(join(cwd, "a.duckdb"), "SELECT step, level FROM event WHERE name = 'resumed'")).toEqual([
    [before, "info"],
  ]);
  expect(readdirSync(cwd)).not.toContain("a.duckdb.checkpoints");

  // Of other code: refused, unless forced.
  const kept = newest("b.duckdb");
  const checkpoint = readCheckpoint(kept.path);
  const checkpoints = new RunCheckpoints(join(cwd, "b.duckdb.checkpoints"), id);
  const identity = {
    ...checkpoint.identity,
    codeVersion: "0.0.1",
    pipelineSha256: "00",
    kernels: "relaxed SIMD of old",
  };
  checkpoints.commit(checkpoints.draft({ ...checkpoint, identity }));
  const refused = await start(["resume", id.slice(0, -2), ...QUIET, "--store", "b.duckdb"], place).ended;
  expect([refused.code, refused.stdout]).toEqual([2, ""]);
  expect(refused.stderr).toMatch(
    /^gradstream: resume: resumable\/full\/0\/\S+: its checkpoint is of other code: gradstream was 0\.0\.1 and is \S+; backend cpu had relaxed SIMD of old and has no kernels of gradstream.s own; .*resumable\.ts has changed; --force goes on all the same$/m,
  );
  const forced = await run(place, "b.duckdb", "--resume", "--force").ended;
  expect([forced.code, forced.stderr]).toEqual([0, expect.stringContaining("goes on with other code")]);
  expect(await rowsOf(join(cwd, "b.duckdb"), READINGS)).toEqual(expected);

  // What is there is not trained again unless asked.
  const skipped = await run(place, "b.duckdb").ended;
  expect([skipped.code, skipped.stderr.split("\n").at(-2)]).toEqual([
    0,
    "skipped, recorded already: full completed; --again trains anyway; gradstream serve --store b.duckdb shows it",
  ]);
  expect(skipped.stdout).toMatch(/^full +0 +completed +60 /m);
  expect((await run(place, "b.duckdb", "--again").ended).code).toBe(0);
  expect(await rowsOf(join(cwd, "b.duckdb"), RUNS)).toEqual([
    [id, "completed", 2],
    [expect.any(String), "completed", expect.any(Number)],
  ]);
});

it("goes on training where no checkpoint can be written, and starts again what cannot be gone on with", async () => {
  const cwd = temporaryFolder();
  const place = { cwd, cifar10: tinyCifar10(cwd) };
  writeFileSync(join(cwd, "a.duckdb.checkpoints"), "a file where a folder should be");
  const blocked = await run(place, "a.duckdb", "--set", "pause=0").ended;
  expect(blocked.code).toBe(0);
  expect(blocked.stderr.match(/full: no checkpoint could be written, and training goes on: /g)).toHaveLength(1);
  expect(
    await rowsOf(
      join(cwd, "a.duckdb"),
      "SELECT level, count(*)::INTEGER FROM event WHERE name = 'checkpoint_failed' GROUP BY ALL",
    ),
  ).toEqual([["warning", 1]]);

  const silent = run(place, "b.duckdb", "--set", "tells=false");
  await silent.seen("not resumable: probe asked keeps state between steps but has no save()");
  silent.child.kill("SIGINT");
  expect((await silent.ended).code).toBe(130);
  expect(readdirSync(cwd)).not.toContain("b.duckdb.checkpoints");
  const again = await start(["resume", "--all", ...QUIET, "--store", "b.duckdb"], place).ended;
  expect([again.code, again.stderr]).toEqual([
    0,
    expect.stringContaining("no checkpoint, it starts again from step 0"),
  ]);
  const counts =
    "SELECT count(*)::INTEGER, count(DISTINCT step)::INTEGER FROM reading WHERE probe = 'loss' AND stat = 'loss'";
  expect(await rowsOf(join(cwd, "b.duckdb"), counts)).toEqual([[STEPS, STEPS]]);
});

it("says in one line what it cannot go on with", async () => {
  const cwd = temporaryFolder();
  const store = await openStore(join(cwd, "a.duckdb"));
  for (const [runId, status] of [
    ["e/a/0/1", "completed"],
    ["e/a/1/1", "interrupted"],
    ["e/a/1/2", "failed"],
    ["e/b/0/1", "interrupted"],
  ] as const) {
    await store.startRun(aRun({ runId, pipeline: "gone.ts", seed: Number(runId[4]), arm: runId[2]! }));
    await store.append(runId, [aReading(0)]);
    await store.finishRun(runId, status, 1);
  }
  await store.close();
  await (await openStore(join(cwd, "none.duckdb"))).close();
  const resume = (...args: string[]) => ({ args: ["resume", "--no-serve", ...args] });
  const results = await runEach(
    [
      resume("--store", "nowhere.duckdb"),
      resume("--store", "none.duckdb"),
      resume("e/c", "--store", "a.duckdb"),
      resume("e/a/1", "--store", "a.duckdb"),
      resume("e/a/0/1", "--store", "a.duckdb"),
      resume("--store", "a.duckdb", "--checkpoint-every", "often"),
      resume("e/b", "--store", "a.duckdb"),
      resume("--all", "--store", "a.duckdb"),
    ],
    cwd,
  );
  expect(results.map(({ code, stdout }) => [code, stdout])).toEqual(results.map(() => [2, ""]));
  expect(results.map(({ stderr }) => stderr.trimEnd().split("\n").at(-1))).toEqual([
    expect.stringContaining("nowhere.duckdb does not exist"),
    "gradstream: resume: no run was interrupted in none.duckdb",
    "gradstream: resume: no run e/c in a.duckdb; gradstream runs lists them",
    "gradstream: resume: e/a/1 is the beginning of 2 runs: e/a/1/1, e/a/1/2",
    "gradstream: resume: run e/a/0/1 is completed; there is nothing to go on with",
    expect.stringMatching(/'often'.*a time such as 60s or 5m, a number of steps such as "500 steps", or never/),
    expect.stringMatching(/^gradstream: resume: e\/b\/0\/1: no pipeline gone\.ts; /),
    expect.stringMatching(/^gradstream: resume: e\/a\/1\/1: no pipeline gone\.ts; .*; e\/b\/0\/1: no pipeline/),
  ]);
  expect(await rowsOf(join(cwd, "a.duckdb"), "SELECT DISTINCT attempt FROM run")).toEqual([[1]]);
});
