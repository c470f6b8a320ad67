import { join } from "node:path";
import { expect, it } from "vitest";
import { comparison } from "../../src/run/report/compare.ts";
import { openStore } from "../../src/store/open-store.ts";
import { pipeline, rowsOf, runEach, tinyCifar10 } from "../fixtures/command-line.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../fixtures/runs.ts";

it("runs the seeds asked for, by number or by value, and not both", async () => {
  const cwd = temporaryFolder();
  const env = { CIFAR10_DIR: tinyCifar10(cwd) };
  const run = ["run", pipeline("tiny"), "--arm", "plain", "--steps", "3", "--no-serve", "--store", "a.duckdb"];
  const both = ["--seeds", "2", "--seed", "7"];
  const results = await runEach(
    [
      [...run, "--seed", "9,7"],
      [...run, "--seeds", "2"],
      [...run, ...both],
      [...run, "--seed", "7,7"],
      ["reproduce", ...both],
      ["reproduce", "--seed", "x"],
      ["compare", "tiny", "--store", "a.duckdb", ...both],
    ].map((args) => ({ args, env })),
    cwd,
  );
  expect(results.map(({ code }) => code)).toEqual([0, 0, 2, 2, 2, 2, 2]);
  for (const i of [2, 4, 6])
    expect(results[i]!.stderr).toMatch(
      /^gradstream: option '--seed <list>' cannot be used with option '--seeds <n>' \(see --help\)\n$/,
    );
  expect(results[3]!.stderr).toMatch(
    /^gradstream: .*'--seed <list>' argument '7,7' is invalid\. Seed 7 is there twice\..*\n$/,
  );
  expect(await rowsOf(join(cwd, "a.duckdb"), "SELECT seed FROM run ORDER BY started_at, seed")).toEqual(
    expect.arrayContaining([[9], [7], [0], [1]]),
  );
});

it("compares the seeds asked for", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  for (const [arm, seed] of [
    ["a", 7],
    ["a", 8],
    ["b", 7],
    ["b", 9],
  ] as const) {
    const run = aRun({ runId: `${arm}-${seed}`, arm, seed });
    await store.startRun(run);
    await store.append(
      run.runId,
      [0, 1].map((step) => aReading(step, { value: seed })),
    );
    await store.finishRun(run.runId, "completed", run.startedAt + 1000);
  }
  const { runs } = await comparison(store, "a.duckdb", ["a", "b"], [7]);
  expect(runs.map(({ run_id: id }) => id)).toEqual(["a-7", "b-7"]);
  expect((await rejection(comparison(store, "a.duckdb", ["a", "b"], [8]))).message).toMatch(
    /^compare: no finished run, arm or experiment b of seed 8; there are/,
  );
  await store.close();
});
