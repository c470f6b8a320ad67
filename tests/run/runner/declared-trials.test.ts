import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
// The threads compile with it. It must not be unloaded between them, which the command line's own use of it prevents.
import "@swc/core";
import type { Declaration } from "../../../src/feed/protocol/declaration.ts";
import { batchNorm } from "../../../src/nn/batch-norm.ts";
import { mlp } from "../../../src/nn/mlp.ts";
import { declaredArms, DeclaredTrials } from "../../../src/run/runner/declared-trials.ts";
import { Progress } from "../../../src/run/terminal/progress.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { tinyBasis, tinyRunner, tinyTrial } from "../../fixtures/tiny-runner.ts";

it("declares every trial before the first begins, then each that begins, and what arms turn out to train", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  onTestFinished(() => store.close());
  const told: Declaration[] = [];
  const progress = new Progress(process.stderr, { quiet: true });
  progress.declared = (one) => void told.push(one);
  const runner = tinyRunner({ trials: [tinyTrial("plain"), tinyTrial("plain", 1)], store, progress });
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({
    experiment: "tiny",
    steps: 20,
    hyper: tinyBasis().hyper,
    arms: [{ arm: "plain", network: "mlp", layers: [], probes: null }],
    trials: [
      { arm: 0, seed: 0, runId: null },
      { arm: 0, seed: 1, runId: null },
    ],
  });
  const finished = await runner.run();
  const queued = told.map(({ trials }) => trials.filter(({ runId }) => runId === null).length);
  expect(queued).toEqual([2, 1, 1, 0]);
  expect(told.at(-1)!.trials.map(({ runId }) => runId)).toEqual(finished.map(({ run }) => run.runId));
  const [arm] = told.at(-1)!.arms;
  expect(arm!.probes!.map(({ name }) => name)).toContain("loss");
  expect(arm!.layers[0]).toMatchObject({ layer: 1, shape: [8] });
  const stored = await store.query("SELECT layers::VARCHAR, probes::VARCHAR FROM run");
  for (const [layers, probes] of stored.rows) {
    expect([JSON.parse(layers as string), JSON.parse(probes as string)]).toEqual([arm!.layers, arm!.probes]);
  }
});

it("takes back what never begins", () => {
  const told: Declaration[] = [];
  const declared = new DeclaredTrials((one) => told.push(one), tinyBasis(), [tinyTrial("a"), tinyTrial("b")]);
  const [first] = [tinyTrial("a")];
  declared.begun(first, { runId: "other" });
  expect(told.at(-1)!.trials.map(({ runId }) => runId)).toEqual([null, null]);
  declared.closed();
  declared.closed();
  expect(told.at(-1)!.trials).toEqual([]);
  expect(told).toHaveLength(3);
});

it("knows of arms what their networks say, and of their probes what a preview showed", () => {
  const arms = { plain: { network: mlp({ hidden: [4] }) }, normed: { network: mlp({ hidden: [4], norm: batchNorm }) } };
  const layers = [{ layer: 1, name: "x", sites: ["output"], parts: ["x"], shape: [4] }];
  const training = {
    dataset: "d",
    network: "mlp",
    optimizer: { name: "sgd" },
    lossName: "l",
    probes: [{ name: "loss" }, { name: "theory" }],
    layers,
  };
  const probes = [{ name: "loss" }, { name: "theory", misfit: "theory: no norm" }];
  const [plain, normed] = declaredArms(arms, new Map([["plain", { dataset: "d", training, probes }]]));
  expect(plain).toEqual({
    arm: "plain",
    network: arms.plain.network.name,
    layers,
    probes: [{ name: "loss" }, { name: "theory", misfit: "theory: no norm" }],
  });
  expect(normed!.probes).toBeNull();
  expect(normed!.layers.map(({ layer, sites }) => [layer, sites])).toEqual([
    [1, ["linear", "norm", "output"]],
    [2, ["linear", "output"]],
  ]);
});
