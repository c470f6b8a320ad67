import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStore } from "../../../src/store/open-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { Ledger } from "../../../src/sweep/ledger/ledger.ts";
import { settledRuns } from "../../../src/sweep/ledger/settled-runs.ts";
import { aRun, temporaryFolder } from "../../fixtures/runs.ts";
import { manifest, planned } from "../../fixtures/sweeps.ts";

const trial = planned(6);
const facts = { ...manifest, dataset: "d" };

async function storeWith(runId: string, network = trial.network): Promise<Store> {
  const store = await openStore(join(temporaryFolder(), "s.duckdb"));
  onTestFinished(() => store.close());
  const { arm, seed, hyper } = trial;
  const { experiment, backend, codeVersion } = manifest;
  await store.startRun(aRun({ runId, experiment, backend, codeVersion, arm, seed, hyper, network, dataset: "d" }));
  await store.finishRun(runId, "completed", 1);
  return store;
}

describe("settledRuns", () => {
  it("finds the run of a trial, whoever trained it", async () => {
    const store = await storeWith("theirs");
    const { completed } = await settledRuns(store, facts, [trial], undefined);
    expect([...completed]).toEqual([["t", "theirs"]]);
  });

  it("takes no run of another network, also of an arm of the same name", async () => {
    const store = await storeWith("theirs", "another");
    expect((await settledRuns(store, facts, [trial], undefined)).completed.size).toBe(0);
  });

  it("finds what the sweep itself trained, on data that nobody knew of when it was planned", async () => {
    const store = await storeWith(trial.runId);
    await store.query("UPDATE run SET dataset = 'own arrays@0123456789ab'");
    expect((await settledRuns(store, facts, [trial], undefined)).completed.size).toBe(0);
    await new Ledger(store).begin(manifest, {}, "embedded", "h");
    await new Ledger(store).add("s", [trial]);
    expect([...(await settledRuns(store, facts, [trial], undefined)).completed]).toEqual([["t", trial.runId]]);
    const another = { ...facts, sweepId: "another" };
    expect((await settledRuns(store, another, [trial], undefined)).completed.size).toBe(0);
  });

  it("takes no run of a sweep of the pipeline as it was before it was edited", async () => {
    const store = await storeWith("theirs");
    await store.query("UPDATE run SET sweep_id = 'earlier'");
    await new Ledger(store).begin({ ...manifest, sweepId: "earlier" }, {}, "embedded", "h");
    expect((await settledRuns(store, facts, [trial], undefined)).completed.size).toBe(1);
    const edited = { ...facts, pipelineSha256: "other" };
    expect((await settledRuns(store, edited, [trial], undefined)).completed.size).toBe(0);
  });

  it("takes no stopped run of another network", async () => {
    const store = await openStore(join(temporaryFolder(), "s.duckdb"));
    onTestFinished(() => store.close());
    const earlyStop = { metric: "loss", goal: "minimize", rule: "median" } as never;
    const ledger = new Ledger(store);
    await ledger.begin({ ...manifest, earlyStop }, {}, "embedded", "h");
    await ledger.add("s", [trial]);
    await store.startRun(aRun({ runId: trial.runId }));
    await ledger.trialEnded("s", trial.trialId, "stopped", 1, { token: "x" });
    expect([...(await settledRuns(store, facts, [trial], earlyStop)).stopped]).toEqual([["t", trial.runId]]);
    const changed = { ...trial, network: "another" };
    expect((await settledRuns(store, facts, [changed], earlyStop)).stopped.size).toBe(0);
  });
});

describe("Ledger", () => {
  it("points a trial at the run that has its result, where another sweep trained it meanwhile", async () => {
    const store = await storeWith("theirs");
    const ledger = new Ledger(store);
    await ledger.begin(manifest, {}, "embedded", "h");
    await ledger.add("s", [trial, { ...trial, trialId: "u", runId: "own" }]);
    await ledger.trialsHave("s", { completed: new Map([["t", "theirs"]]), stopped: new Map() });
    const rows = await store.query("SELECT trial_id, state, run_id FROM trial ORDER BY trial_id");
    expect(rows.rows).toEqual([
      ["t", "completed", "theirs"],
      ["u", "waiting", "own"],
    ]);
  });
});
