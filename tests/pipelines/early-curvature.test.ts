import * as tf from "@tensorflow/tfjs-core";
import { map, take } from "rxjs";
import { beforeAll, expect, it } from "vitest";
import { startBackend } from "../../src/backend/start.ts";
import type { Step } from "../../src/core/live.ts";
import type { Optimizer } from "../../src/core/optimizer.ts";
import type { Reading, Recorded } from "../../src/core/types.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { chooseArms, resolveHyper, type Arm } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { train } from "../../src/operators/train.ts";
import { hessianOperator } from "../../src/probes/hessian-operator.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { byPowers } from "../fixtures/power-iteration.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";

beforeAll(async () => {
  await startBackend("wasm");
});

const data = shapes10({ train: 64, test: 10 });

async function prepared() {
  const { experiment } = await loadPipeline("pipelines/early-curvature.ts");
  const hyper = resolveHyper(experiment, "smoke", {});
  const arms = chooseArms(experiment, hyper);
  const contextOf = (arm: Arm) => trialContext({ arm, seed: 0, data });
  const recorded = (arm: Arm) => collect(experiment.run(Object.assign({}, hyper, contextOf(arm))));
  return { hyper, arms, contextOf, recorded };
}

it("measures the largest eigenvalue over the images of its own, as power iteration finds it", async () => {
  const { hyper, arms, contextOf, recorded } = await prepared();
  for (const name of ["plain", "batchNorm"]) {
    const arm = arms[name]!;
    const measured = Number(hyper["measured"]);
    const context = contextOf(arm);
    const [examples] = [...context.trainingSet({ images: measured, size: measured })];
    const training = train(arm.network, (arm as unknown as { optimizer: Optimizer }).optimizer, { seed: 0 });
    const slow = map((step: Step) =>
      tf.tidy(() => {
        const { product, gradient, dispose } = hessianOperator(step, { examples: [examples!] });
        const eigenvalue = byPowers(product, gradient);
        dispose();
        return eigenvalue;
      }),
    );
    const [own] = await collect(context.batches({ size: Number(hyper["size"]) }).pipe(take(1), training, slow));
    expect(valuesOf(await recorded(arm), "eigenvalue")[0]! / own!, name).toBeCloseTo(1, 2);
  }
});

it("sets beside it 2 / rate, and steps by the rate that warm-up and clipping leave", async () => {
  const { hyper, arms, recorded } = await prepared();
  const { rate, warmUp, clip } = {
    rate: Number(hyper["learningRate"]),
    warmUp: Number(hyper["warmUp"]),
    clip: Number(hyper["clip"]),
  };
  const at = (records: readonly Recorded[], stat: string) =>
    records
      .filter((one): one is Reading => one.kind === "reading" && one.stat === stat && one.layer === undefined)
      .map(({ step, value }) => ({ step, value }));
  const rates: Record<string, (step: number) => number> = {
    plain: () => rate,
    warmUp: (step) => rate * Math.min(1, (step + 1) / warmUp),
    clipped: () => rate,
    batchNorm: () => rate,
    smallRate: () => rate / 10,
  };
  expect(Object.keys(arms)).toEqual(Object.keys(rates));
  for (const [name, arm] of Object.entries(arms)) {
    const records = await recorded(arm);
    const edges = at(records, "edge_of_stability");
    expect(edges.map(({ step }) => step)).toEqual([0, 2, 4]);
    for (const { step, value } of edges) expect(value, name).toBeCloseTo(2 / rates[name]!(step), 4);
    const gradients = at(records, "gradient_norm");
    at(records, "update_norm").forEach(({ step, value }, i) => {
      const gradient = gradients[i]!.value;
      const length = name === "clipped" ? Math.min(gradient, clip) : gradient;
      expect(value / length, name).toBeCloseTo(rates[name]!(step), 4);
      if (name === "clipped") expect(gradient).toBeGreaterThan(clip);
    });
  }
});
