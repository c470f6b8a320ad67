import { beforeAll, expect, it } from "vitest";
import { startBackend } from "../../src/backend/start.ts";
import type { Reading } from "../../src/core/types.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { chooseArms, resolveHyper } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { collect } from "../fixtures/streams.ts";

beforeAll(async () => {
  await startBackend("wasm");
});

it("explodes by π / (π - 1) a layer with BatchNorm alone, and orthogonalizes examples with it alone", async () => {
  const { experiment } = await loadPipeline("pipelines/gradient-explosion.ts");
  const hyper = resolveHyper(experiment, "quick", {});
  const data = shapes10({ train: 600, test: 10 });
  const read: Record<string, (stat: string, layer: number) => number> = {};
  for (const [name, arm] of Object.entries(chooseArms(experiment, hyper))) {
    const records = await collect(experiment.run(Object.assign({}, hyper, trialContext({ arm, seed: 0, data }))));
    const readings = records.filter((one): one is Reading => one.kind === "reading");
    read[name] = (stat, layer) => {
      const own = readings.filter((one) => one.stat === stat && one.layer === layer).map(({ value }) => value);
      expect(own).toHaveLength(hyper.steps);
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    };
  }
  const growth = (name: string) =>
    (read[name]!("activation_gradient_l2", 6) / read[name]!("activation_gradient_l2", 26)) ** (2 / 20);
  const predicted = Math.PI / (Math.PI - 1);
  expect(Math.abs(growth("batchNorm") / predicted - 1)).toBeLessThan(0.1);
  expect(Math.abs(growth("standard") - 1)).toBeLessThan(0.15);
  const gap = (name: string, layer: number) => read[name]!("orthogonality_gap", layer);
  expect(gap("batchNorm", 30)).toBeLessThan(0.5 * gap("standard", 30));
  expect(gap("standard", 30)).toBeGreaterThan(0.9 * Math.sqrt(1 - 1 / 64));
});
