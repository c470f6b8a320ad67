import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { openStore } from "gradstream/store";
import { pipeline, rowsOf, start, tinyCifar10, type Started } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const LONG = ["run", pipeline("long"), "--store", "a.duckdb", "--no-serve"];

async function underWay({ seen }: Started): Promise<void> {
  await Promise.all([seen("a: under way"), seen("b: under way")]);
}

it("ends runs as interrupted on the first signal, with everything recorded, and exits with 130", async () => {
  const cwd = temporaryFolder();
  const started = start(LONG, { cwd, cifar10: tinyCifar10(cwd) });
  await underWay(started);
  started.child.kill("SIGINT");
  const { code, stdout, stderr } = await started.ended;
  expect(code).toBe(130);
  expect(stderr).toContain("stopping after the current step");
  expect(stdout).toMatch(/^a +0 +interrupted /m);
  const store = join(cwd, "a.duckdb");
  expect(existsSync(`${store}.wal`)).toBe(false);
  const runs = await rowsOf(
    store,
    `SELECT arm, status, ended_at >= started_at, (SELECT count(*) >= 20 AND count(*) = max(step) + 1 FROM reading
       WHERE run_id = run.run_id AND probe = 'loss') FROM run ORDER BY arm`,
  );
  expect(runs).toEqual(["a", "b"].map((arm) => [arm, "interrupted", true, true]));
  const events = await rowsOf(
    store,
    `SELECT arm, level, kind, message = 'interrupted at step ' || step,
       step - (SELECT max(step) FROM reading WHERE run_id = run.run_id) BETWEEN 0 AND 1
     FROM event JOIN run USING (run_id) ORDER BY arm`,
  );
  expect(events).toEqual(["a", "b"].map((arm) => [arm, "warning", "interrupted", true, true]));
});

it("leaves at once on the second signal, even when a thread is stuck; the next run says what was cut off", async () => {
  const cwd = temporaryFolder();
  const started = start([...LONG, "--set", "stuck=true"], { cwd, cifar10: tinyCifar10(cwd) });
  await Promise.all([started.seen("a: stuck"), started.seen("b: stuck")]);
  // What a stuck thread has recorded is on disk a second later.
  await setTimeout(3000);
  started.child.kill("SIGINT");
  await started.seen("stopping");
  started.child.kill("SIGINT");
  expect((await started.ended).code).toBe(130);
  const store = join(cwd, "a.duckdb");
  const again = await openStore(store);
  expect(again.notices).toEqual([expect.stringMatching(/marked as interrupted: long\/[ab]\/.*, long\/[ab]\//)]);
  expect((await again.query("SELECT count(*) >= 40 FROM reading")).rows).toEqual([[true]]);
  await again.close();
  expect(await rowsOf(store, "SELECT count(*) >= 40 FROM reading")).toEqual([[true]]);
});

it.each([
  ["while the program loads", 300, undefined],
  ["while the data set is generated", 1800, ""],
  ["before the first step", "into a.duckdb", undefined],
] as const)("ends soon and leaves a sound store when interrupted %s", async (_name, moment, cifar10) => {
  const cwd = temporaryFolder();
  const started = start(LONG, { cwd, cifar10: cifar10 ?? tinyCifar10(cwd) });
  await (typeof moment === "number" ? setTimeout(moment) : started.seen(moment));
  started.child.kill("SIGINT");
  const { code, stderr } = await started.ended;
  // How far it has come by a certain time depends on the machine.
  const byItself = code === 130;
  expect([byItself, started.child.signalCode]).toEqual(byItself ? [true, null] : [false, "SIGINT"]);
  if (typeof moment === "string") expect(byItself).toBe(true);
  expect(stderr).not.toContain("unexpected");
  const store = join(cwd, "a.duckdb");
  if (byItself) expect(await rowsOf(store, "SELECT DISTINCT status FROM run")).toEqual([["interrupted"]]);
  else await (await openStore(store)).close();
});

it("still gives the summary when the signal comes right after the last run has completed", async () => {
  const cwd = temporaryFolder();
  const args = ["run", pipeline("tiny"), "--arm", "plain", "--store", "a.duckdb", "--no-serve", "--steps", "5"];
  const started = start(args, { cwd, cifar10: tinyCifar10(cwd) });
  await started.seen(" completed\n");
  started.child.kill("SIGINT");
  const { code, stdout } = await started.ended;
  expect(stdout).toMatch(/^plain +0 +completed +5 /m);
  expect(stdout).toContain("Recorded in a.duckdb.");
  expect(code).toBe(0);
  expect(existsSync(join(cwd, "a.duckdb.wal"))).toBe(false);
});
