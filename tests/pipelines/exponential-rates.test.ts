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

const STEPS = 200;

/** Everything that the arms record in 200 steps of the smallest scale. */
async function recorded(weightDecay: number) {
  const { experiment } = await loadPipeline("pipelines/exponential-rates.ts");
  const set = { steps: String(STEPS), learningRate: "0.005", weightDecay: String(weightDecay) };
  const hyper = resolveHyper(experiment, "smoke", set);
  const data = shapes10({ train: 600, test: 10 });
  const records: Record<string, Recorded[]> = {};
  for (const [name, arm] of Object.entries(chooseArms(experiment, hyper))) {
    records[name] = await collect(experiment.run(Object.assign({}, hyper, trialContext({ arm, seed: 0, data }))));
  }
  const effectiveRates = (arm: string) =>
    valuesOf(
      records[arm]!.filter((one) => "layer" in one && one.layer === 1),
      "effective_learning_rate",
    );
  const losses = (arm: string) => valuesOf(records[arm]!, "loss");
  return { losses, effectiveRates };
}

const differences = (of: readonly number[], from: readonly number[]): number[] => {
  expect(of).toHaveLength(STEPS);
  return of.map((value, i) => Math.abs(value / from[i]! - 1));
};

it("has one loss with decaying weights and growing rates, for 200 steps, and another without either", async () => {
  const { losses, effectiveRates } = await recorded(0.5);
  const ηλ = 0.005 * 0.5;
  for (const momentum of ["", "Momentum"]) {
    const decaying = losses(`decaying${momentum}`);
    expect(Math.max(...differences(losses(`growing${momentum}`), decaying))).toBeLessThan(1e-4);
    const others = differences(losses(`constant${momentum}`), decaying);
    expect(Math.max(...others.slice(-50))).toBeGreaterThan(1e-2);
    expect(Math.min(...decaying.slice(-50))).toBeLessThan(0.95 * decaying[0]!);
  }
  // What they differ in: the rate over the squared length of the weights is larger by 1 / (1 - ηλ), at every step.
  const ratios = (momentum: string) => {
    const [growing, decaying] = ["growing", "decaying"].map((arm) => effectiveRates(`${arm}${momentum}`));
    expect(growing).toHaveLength(STEPS);
    return growing!.map((value, t) => value / decaying![t]!);
  };
  for (const ratio of ratios("")) expect(ratio).toBeCloseTo(1 / (1 - ηλ), 6);
  // With momentum by 1 / x, x the larger root of x² - (1 + μ - ηλ) x + μ, once the smaller root's power has died away.
  const b = 1 + 0.9 - 0.1 * ηλ;
  for (const ratio of ratios("Momentum").slice(-20)) expect(ratio).toBeCloseTo(2 / (b + Math.sqrt(b * b - 4 * 0.9)), 6);
});

it("is an equality of the two together: another decay leaves the losses apart", async () => {
  const [strong, weak] = [await recorded(0.5), await recorded(0.1)];
  expect(Math.max(...differences(strong.losses("growing"), weak.losses("growing")).slice(-50))).toBeGreaterThan(1e-2);
  expect(Math.max(...differences(weak.losses("growing"), weak.losses("decaying")))).toBeLessThan(1e-4);
});
