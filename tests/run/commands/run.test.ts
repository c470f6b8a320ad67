import { copyFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openStore } from "gradstream/store";
import { pipeline, rowsOf, start, tinyCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const READINGS = `SELECT arm, seed, step, probe, stat, layer, unit, distance, value FROM reading JOIN run USING (run_id)
  WHERE probe <> 'timing' AND NOT starts_with(probe, 'cost/') ORDER BY arm, seed, reading.rowid`;

it("trains alike from the same seed wherever the pipeline lies, live or not, and ends by itself", async () => {
  const cwd = temporaryFolder();
  const cifar10 = tinyCifar10(cwd);
  copyFileSync(pipeline("tiny"), join(cwd, "mine.ts"));
  const taken = createServer();
  await once(taken.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;

  const args = ["--arm", "noisy", "--seeds", "2", "--steps", "15"];
  const one = await start(["run", "mine", "--store", "one.duckdb", "--no-serve", ...args], { cwd, cifar10 }).ended;
  const live = ["--store", "two.duckdb", "--port", String(port)];
  const two = await start(["run", pipeline("tiny"), ...live, ...args], { cwd, cifar10 }).ended;

  for (const { code, stdout } of [one, two]) {
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\narm +seed +status +steps .*\n.*\nnoisy +0 +completed +15 /);
    expect(stdout).toMatch(
      /\(2 rows\)\n\nWhat measuring took:\nprobe +calls +ms\/call +share %\n[^]+\nloss +30 .*\n[^]*Recorded in (one|two)\.duckdb\. Try:\n( {2}npx gradstream .*\n){3}$/,
    );
  }
  expect(one.stderr).toMatch(
    /^Does it run\?\n2 runs of 15 steps on cifar10 \(100 images, 20 test\), into one\.duckdb\nbackend (tensorflow|wasm) \(.+\)\n/,
  );
  expect(one.stderr).toMatch(
    /^noisy seed 1 +step 15\/15 {2}loss \d\.\d\d {2}accuracy +\d+ % +\d+\.\d steps\/s {2}completed$/m,
  );
  expect(one.stderr).not.toContain("\u001b");
  expect(two.stderr).toMatch(
    new RegExp(`^live: http://127\\.0\\.0\\.1:(?!${port}/)\\d+/ \\(port ${port} is taken\\)$`, "m"),
  );

  const readings = await rowsOf(join(cwd, "one.duckdb"), READINGS);
  expect(readings.length).toBe(2 * 15 * 4);
  expect(await rowsOf(join(cwd, "two.duckdb"), READINGS)).toEqual(readings);
  const losses = (seed: number) => readings.filter((row) => row[1] === seed && row[3] === "loss").map((row) => row[8]);
  expect(losses(0)).toHaveLength(losses(1).length);
  losses(0).forEach((loss, i) => expect(loss).not.toBe(losses(1)[i]));
  expect(
    await rowsOf(join(cwd, "one.duckdb"), "SELECT DISTINCT experiment, pipeline, dataset, attempt FROM run"),
  ).toEqual([["mine", "mine", "cifar10", 1]]);
});

it("leaves a store alone that another process holds", async () => {
  const cwd = temporaryFolder();
  const store = await openStore(join(cwd, "held.duckdb"));
  onTestFinished(() => store.close());
  const args = ["run", pipeline("tiny"), "--store", "held.duckdb"];
  const { code, stdout, stderr } = await start(args, { cwd, cifar10: tinyCifar10(cwd) }).ended;
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toBe(
    `gradstream: held.duckdb is in use by ${process.execPath} (process ${process.pid}); ` +
      "wait until it ends, or name another file with --store\n",
  );
});

it("prints a large result, and does not mind a reader that leaves early", async () => {
  const cwd = temporaryFolder();
  await (await openStore(join(cwd, "a.duckdb"))).close();
  const { child, ended } = start(["sql", "FROM range(300000)", "--store", "a.duckdb"], { cwd });
  child.stdout!.once("data", () => child.stdout!.destroy());
  const { code, stdout, stderr } = await ended;
  expect([code, stdout.split("\n")[0]?.trim(), stderr]).toEqual([0, "range", ""]);
});
