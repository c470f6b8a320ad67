import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, rowsOf, start, tinyCifar10, type Place } from "../../fixtures/command-line.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { waitFor } from "../../fixtures/wait.ts";

function aPlace(): Place {
  const cwd = temporaryFolder();
  return { cwd, cifar10: tinyCifar10(cwd) };
}

it("run ends with the gravest of its runs' ends, of those that are recorded already too", async () => {
  const place = aPlace();
  const run = (arms: string) =>
    start(["run", pipeline("mishaps"), "--arm", arms, "--no-serve", "--quiet", "--store", "a.duckdb"], place).ended;
  const diverged = await run("good,diverging");
  expect([diverged.code, diverged.stdout]).toEqual([3, "2 runs: 1 completed, 1 diverged; recorded in a.duckdb\n"]);
  const again = await run("good,diverging");
  expect([again.code, again.stdout]).toEqual([3, "0 runs, 2 recorded already; recorded in a.duckdb\n"]);
  const failed = await run("diverging,throwing");
  expect([failed.code, failed.stdout]).toEqual([1, "1 run: 1 failed, 1 recorded already; recorded in a.duckdb\n"]);
  expect((await run("diverging,refusing")).code).toBe(2);
  expect((await run("good")).code).toBe(0);
});

it("run says by 4 that somebody skipped a trial, and by 130 that somebody stopped one, from the page too", async () => {
  const place = aPlace();
  const trial = ["--arm", "plain", "--seeds", "2", "--steps", "150", "--set", "pause=20", "--backend", "cpu"];
  const args = ["run", pipeline("resumable"), ...trial, "--jobs", "1", "--store", "a.duckdb"];
  const serving = ["--port", "0", "--token", "who-brings-this-may"];
  const first = start([...args, ...serving], place);
  /** A client of a page, and what is declared there of a trial that has begun. */
  const pageOf = async (started: typeof first) => {
    const client = new RawClient(await waitFor(() => /live: (http\S+)/.exec(started.shown())![1]!));
    const [declared, runId] = await waitFor(() => {
      // What the store had before is declared without hyper-parameters.
      const all = client
        .of("declared")
        .flatMap(({ declarations }) => declarations.filter(({ hyper }) => hyper !== null));
      const [run] = all.flatMap(({ trials }) => trials.flatMap((trial) => trial.runId ?? []));
      expect(run).toBeDefined();
      return [all[0]!.id, run!];
    });
    return { client, declared, runId };
  };
  const { client, declared } = await pageOf(first);
  client.say({ type: "control", id: 1, action: "skip", declaration: declared, arm: "plain", seed: 1 });
  await waitFor(() => expect(client.of("done")).toHaveLength(1));
  const skipped = await first.ended;
  expect(skipped.code, skipped.stderr).toBe(4);
  expect(skipped.stdout).toMatch(/\nplain +0 +completed +150 [^]*\(1 row\)/);

  const second = start([...args, ...serving], place);
  const { client: other, runId } = await pageOf(second);
  expect(second.shown()).toContain("skipped, recorded already: plain completed; --again trains anyway\n");
  other.say({ type: "control", id: 1, action: "stop", run: runId });
  const stopped = await second.ended;
  expect(stopped.code, stopped.stderr).toBe(130);

  const third = await start([...args, "--no-serve", "--resume"], place).ended;
  expect(third.code, third.stderr).toBe(0);
  expect(await rowsOf(join(place.cwd, "a.duckdb"), "SELECT seed, status FROM run ORDER BY seed")).toEqual([
    [0, "completed"],
    [1, "completed"],
  ]);
});
