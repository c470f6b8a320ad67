import { beforeAll, expect, it } from "vitest";
import { startBackend } from "../../src/backend/start.ts";
import type { Recorded } from "../../src/core/types.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { chooseArms, resolveHyper } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";

beforeAll(async () => {
  await startBackend("wasm");
});

it("brings Adam's preconditioned Hessian from below to 38 / rate, and momentum's Hessian to 3.8 / rate", async () => {
  const { experiment } = await loadPipeline("pipelines/adaptive-edge.ts");
  const settings = { hidden: "16", adamRate: "0.005", sgdRate: "0.3", every: "50", steps: "601" };
  const hyper = resolveHyper(experiment, "smoke", settings);
  const records: Record<string, Recorded[]> = {};
  for (const [name, arm] of Object.entries(chooseArms(experiment, hyper))) {
    const context = trialContext({ arm, seed: 0, data: shapes10({ train: 64, test: 10 }) });
    records[name] = await collect(experiment.run(Object.assign({}, hyper, context)));
  }
  const of = (arm: string, probe: string) =>
    valuesOf(
      records[arm]!.filter((one) => "probe" in one && one.probe === probe),
      "eigenvalue",
    );
  const rise = (values: readonly number[]) => {
    expect(values).toHaveLength(13);
    return { early: Math.min(...values.slice(1, 4)), late: values.slice(-5) };
  };
  for (const [values, edge] of [
    [of("adam", "preconditioned_hessian"), 38 / 0.005],
    [of("momentum", "hessian"), 3.8 / 0.3],
  ] as const) {
    const { early, late } = rise(values);
    expect(early).toBeLessThan(0.7 * edge);
    expect(Math.max(...late)).toBeGreaterThan(0.95 * edge);
    expect(Math.max(...late)).toBeLessThan(1.1 * edge);
    expect(Math.min(...late)).toBeGreaterThan(0.7 * edge);
  }
  // The Hessian that Adam meets is not what is held, and without a preconditioner the two are one.
  expect(Math.max(...of("adam", "hessian").slice(1))).toBeLessThan((0.1 * 2) / 0.005);
  expect(of("momentum", "preconditioned_hessian")).toEqual(of("momentum", "hessian"));
});
