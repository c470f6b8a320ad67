import { join } from "node:path";
import { expect, it } from "vitest";
import { chooseResumed } from "../../../src/run/runner/choose-resumed.ts";
import { trialsThere } from "../../../src/run/runner/stored-runs.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { aRun, rejection, temporaryFolder } from "../../fixtures/runs.ts";

it("leaves the runs of sweeps to their sweeps, which have their checkpoints", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  const run = aRun({ runId: "of-sweep", sweepId: "20260101T000000-abcd" });
  await store.startRun(run);
  await store.finishRun("of-sweep", "interrupted", 1);
  expect((await rejection(chooseResumed(store, { id: "of-sw" }))).message).toBe(
    `resume: run of-sweep is of a sweep; gradstream sweep ${run.pipeline} --resume 20260101T000000-abcd --store ${store.path} goes on with it`,
  );
  expect((await rejection(chooseResumed(store, { all: true }))).message).toContain("no run was interrupted");
  const { arm, seed, network } = run;
  const trial = { arm, seed, network, dataset: run.dataset };
  const there = async () => (await trialsThere(store, run, [trial])).unfinished.get(trial)?.runId;
  expect(await there()).toBeUndefined();
  await store.startRun(aRun({ runId: "alone" }));
  await store.finishRun("alone", "interrupted", 1);
  expect(await there()).toBe("alone");
  expect((await chooseResumed(store, { all: true })).map(({ runId }) => runId)).toEqual(["alone"]);
  await store.close();
});
