import * as tf from "@tensorflow/tfjs-core";
import { map, take } from "rxjs";
import { beforeAll, expect, it } from "vitest";
import { startBackend } from "../../src/backend/start.ts";
import type { Step } from "../../src/core/live.ts";
import { mapParams, type Params } from "../../src/core/params.ts";
import type { Recorded } from "../../src/core/types.ts";
import { toVector } from "../../src/core/vectors.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { chooseArms, resolveHyper, type Arm, type TrialContext } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { train } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";

beforeAll(async () => {
  await startBackend("wasm");
});

const data = shapes10({ train: 64, test: 10 });

/** The records of each arm at the smallest scale, and what its trials were handed. */
async function recorded(settings: Readonly<Record<string, string>>) {
  const { experiment } = await loadPipeline("pipelines/batch-sharpness.ts");
  const hyper = resolveHyper(experiment, "smoke", settings);
  const arms: Record<string, { arm: Arm; context: TrialContext<Arm>; records: Recorded[] }> = {};
  for (const [name, arm] of Object.entries(chooseArms(experiment, hyper))) {
    const context = trialContext({ arm, seed: 0, data });
    const records = await collect(experiment.run(Object.assign({}, hyper, context)));
    arms[name] = { arm, context, records };
  }
  return { hyper, arms };
}

const squares = (outputs: tf.Tensor, labels: tf.Tensor): tf.Scalar => {
  const off = tf.sub(outputs, tf.cast(tf.oneHot(labels, 10), "float32"));
  return tf.div(tf.sum(tf.mul(off, off)), 2 * outputs.shape[0]);
};

const dot = (a: tf.Tensor, b: tf.Tensor): number => tf.sum(tf.mul(a, b)).dataSync<"float32">()[0]!;

/** g'Hg / g'g of the examples, by central differences of their gradient along itself. */
function alongGradient(step: Step, examples: Parameters<Step["lossAndGradients"]>[1]): number {
  const at = (params: Params): Params => step.lossAndGradients(params, examples).grads;
  const own = at(step.params);
  const g = toVector(own);
  const length = Math.sqrt(dot(g, g));
  const distance = 0.001;
  const [up, down] = [1, -1].map((sign) =>
    toVector(
      at(mapParams(step.params, (value, name) => tf.add(value, tf.mul(own[name]!, (sign * distance) / length)))),
    ),
  );
  return dot(tf.sub(up!, down!), g) / (2 * distance * length);
}

it("reads the mean over the batches of g'Hg / g'g, as differences of gradients give it", async () => {
  const { arms } = await recorded({ steps: "1" });
  for (const { arm, context, records } of Object.values(arms)) {
    const { size } = arm as unknown as { size: number };
    const chunks = [...context.trainingSet({ images: 64, size })];
    expect(chunks).toHaveLength(64 / size);
    const measured = map((step: Step) => tf.tidy(() => chunks.map((examples) => alongGradient(step, { examples }))));
    const training = train(arm.network, sgd({ learningRate: 0.04 }), { seed: 0, loss: squares });
    const [each] = await collect(context.batches({ size, images: 64 }).pipe(take(1), training, measured));
    const mean = each!.reduce((sum, value) => sum + value, 0) / chunks.length;
    expect(valuesOf(records, "directional_curvature")[0]! / mean).toBeCloseTo(1, 2);
  }
});

it("hovers at 2 / rate on the whole set; batches keep the set's largest eigenvalue below", async () => {
  const { arms, hyper } = await recorded({ hidden: "16", learningRate: "0.1", every: "25", steps: "301" });
  const edge = 2 / Number(hyper["learningRate"]);
  const late = (records: readonly Recorded[], stat: string): number[] => {
    const values = valuesOf(records, stat);
    expect(values).toHaveLength(13);
    return values.slice(-8);
  };
  const { minibatch, wholeSet } = arms;
  for (const value of late(wholeSet!.records, "directional_curvature")) {
    expect(Math.abs(value / edge - 1)).toBeLessThan(0.15);
  }
  const largest = late(wholeSet!.records, "eigenvalue");
  expect(Math.min(...largest)).toBeGreaterThan(0.95 * edge);
  expect(Math.max(...largest)).toBeLessThan(1.6 * edge);
  for (const value of late(minibatch!.records, "eigenvalue")) expect(value).toBeLessThan(0.75 * edge);
  const losses = valuesOf(minibatch!.records, "loss");
  expect(losses.at(-1)!).toBeLessThan(0.2 * losses[0]!);
});
