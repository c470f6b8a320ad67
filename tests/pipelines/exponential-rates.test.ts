import { beforeAll, expect, it } from "vitest";
import { startBackend } from "../../src/backend/start.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { chooseArms, resolveHyper } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { collect } from "../fixtures/streams.ts";

beforeAll(async () => {
  await startBackend("wasm");
});

it("decays weights as a growing rate does, to 1e-4 over 200 steps, and not as neither", async () => {
  const { experiment } = await loadPipeline("pipelines/exponential-rates.ts");
  const hyper = resolveHyper(experiment, "quick", {});
  expect(hyper.steps).toBe(200);
  const data = shapes10({ train: 1000, test: 10 });
  const losses: Record<string, number[]> = {};
  for (const [name, arm] of Object.entries(chooseArms(experiment, hyper))) {
    const records = await collect(experiment.run(Object.assign({}, hyper, trialContext({ arm, seed: 0, data }))));
    losses[name] = records.flatMap((one) => (one.kind === "reading" && one.stat === "loss" ? [one.value] : []));
    expect(losses[name]).toHaveLength(200);
  }
  const apart = (one: string, other: string) =>
    Math.max(...losses[one]!.map((value, i) => Math.abs(value - losses[other]![i]!) / Math.abs(value)));
  expect(apart("decay", "growing")).toBeLessThan(1e-4);
  expect(apart("decay", "neither")).toBeGreaterThan(0.02);
});
