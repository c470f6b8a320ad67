import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openStore } from "gradstream/store";
import { pipeline, rowsOf, runEach, start, tinyCifar10 } from "../fixtures/command-line.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";
import { mountSmallDisk, NO_SMALL_DISK } from "../fixtures/small-disk.ts";
import { itUnless } from "../fixtures/unless.ts";
import { BIN } from "../fixtures/this-program.ts";

const TRAIN = ["run", pipeline("tiny"), "--arm", "plain", "--no-serve", "--backend", "cpu", "--steps", "3"];

function disk(kilobytes: number) {
  const small = mountSmallDisk(kilobytes);
  onTestFinished(small.unmount);
  return small;
}

itUnless(
  NO_SMALL_DISK,
  "says in one line that the disk has become full under a run, and keeps what was recorded",
  async () => {
    const cwd = temporaryFolder();
    const { folder } = disk(1500);
    const store = join(folder, "a.duckdb");
    const args = ["run", pipeline("long"), "--arm", "a", "--store", store, "--no-serve", "--backend", "cpu"];
    const { code, stderr } = await start(args, { cwd, cifar10: tinyCifar10(cwd) }).ended;
    expect(code).toBe(2);
    const said = stderr.split("\n").filter((line) => line.startsWith("gradstream: "));
    expect(said).toEqual([expect.stringMatching(/a\.duckdb: cannot write: .*No space left on device$/)]);
    expect(stderr).not.toMatch(/^ +at /m);
    const [[count, last]] = (await rowsOf(
      store,
      "SELECT count(*)::INTEGER, max(step) FROM reading WHERE probe = 'loss'",
    )) as [[number, number]];
    expect(count).toBeGreaterThan(100);
    expect(last).toBe(count - 1);
  },
);

itUnless(NO_SMALL_DISK, "says in one line that a folder is read-only, whatever was to be written there", async () => {
  const cwd = temporaryFolder();
  const { folder, freeze } = disk(8000);
  const path = join(folder, "a.duckdb");
  const store = await openStore(path);
  await store.startRun(aRun({ runId: "r" }));
  await store.append("r", [aReading(0)]);
  await store.finishRun("r", "completed", Date.now());
  await store.close();
  freeze();
  const before = readFileSync(path);
  const env = { CIFAR10_DIR: tinyCifar10(cwd) };
  const audit = ["audit", pipeline("tiny"), "--arm", "plain", "--step", "1", "--backend", "cpu", "--out"];
  const results = await runEach(
    [
      { args: [...TRAIN, "--store", path], env },
      { args: [...TRAIN, "--store", join(folder, "new.duckdb")], env },
      { args: [...audit, join(folder, "audit")], env },
      { args: ["data", "cifar10", "--dir", join(folder, "data"), "--url", "http://127.0.0.1:1/"] },
      { args: ["init", join(folder, "project")] },
      { args: ["export", join(folder, "archive"), "--store", path] },
      { args: ["runs", "--store", path] },
    ],
    cwd,
  );
  expect(results.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2, 0]);
  for (const { stderr } of results.slice(0, -1)) {
    expect(stderr.split("\n").filter((line) => line.startsWith("gradstream: "))).toHaveLength(1);
    expect(stderr).not.toMatch(/^ +at |unexpected/m);
  }
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(folder)).toEqual(["a.duckdb"]);
});

it("trains without a home and without a folder for temporary files", async () => {
  const cwd = temporaryFolder();
  const rest = Object.entries(process.env).filter(([name]) => name !== "HOME" && name !== "USERPROFILE");
  const env = { ...Object.fromEntries(rest), TMPDIR: join(cwd, "nowhere"), CIFAR10_DIR: tinyCifar10(cwd) };
  const { status, stderr } = spawnSync(process.execPath, [BIN, ...TRAIN, "--store", "a.duckdb"], {
    cwd,
    env,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, expect.stringContaining("completed")]);
  expect(await rowsOf(join(cwd, "a.duckdb"), "SELECT status FROM run")).toEqual([["completed"]]);
});
