import * as tf from "@tensorflow/tfjs-core";
import { map, take } from "rxjs";
import { beforeAll, expect, it } from "vitest";
import { startBackend } from "../../src/backend/start.ts";
import type { Step } from "../../src/core/live.ts";
import { fold, signs } from "../../src/core/random.ts";
import type { LabelledExamples, Reading } from "../../src/core/types.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { chooseArms, resolveHyper } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { train } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { hessianOperator } from "../../src/probes/hessian-operator.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { byPowers } from "../fixtures/power-iteration.ts";
import { collect } from "../fixtures/streams.ts";

beforeAll(async () => {
  await startBackend("wasm");
});

/** One arm at the smallest scale, for one step: its records, and what a function gives of that step. */
async function prepared(name: string) {
  const { experiment } = await loadPipeline("pipelines/hessian-density.ts");
  const hyper = resolveHyper(experiment, "smoke", { steps: "1" });
  const [size, measured] = [Number(hyper["size"]), Number(hyper["measured"])];
  const arm = chooseArms(experiment, hyper)[name]!;
  const context = trialContext({ arm, seed: 0, data: shapes10({ train: 64, test: 10 }) });
  const [examples] = [...context.trainingSet({ images: measured, size: measured })];
  return {
    recorded: () => collect(experiment.run(Object.assign({}, hyper, context))),
    ofStep: async <T>(f: (step: Step, examples: LabelledExamples) => T): Promise<T> => {
      const training = train(arm.network, sgd({ learningRate: 0.1 }), { seed: 0 });
      const own = map((step: Step) => tf.tidy(() => f(step, examples!) as never) as T);
      return (await collect(context.batches({ size }).pipe(take(1), training, own)))[0]!;
    },
  };
}

/** The ends of the spectrum by power iteration, and v'Hv and the squared length of Hv of the start vector v of length 1. */
function spectrumOf(step: Step, examples: LabelledExamples) {
  const { size, gradient, product, dispose } = hessianOperator(step, { examples: [examples] });
  const oneEnd = byPowers(product, gradient);
  const otherEnd = oneEnd + byPowers((v) => tf.sub(product(v), tf.mul(v, oneEnd)), gradient);
  const start = tf.div<tf.Tensor1D>(
    tf.tensor1d(signs(fold(step.key, "density", step.step, 0, 0), size)),
    Math.sqrt(size),
  );
  const image = product(start);
  const [first, second] = [start, image].map((v) => tf.dot(v, image).dataSync<"float32">()[0]!);
  dispose();
  return { largest: Math.max(oneEnd, otherEnd), smallest: Math.min(oneEnd, otherEnd), moments: [1, first!, second!] };
}

it.each(["standard", "batchNorm", "populationBatchNorm"])(
  "%s has the ends and moments of its spectrum",
  async (name) => {
    const { recorded, ofStep } = await prepared(name);
    const { largest, smallest, moments } = await ofStep(spectrumOf);
    const readings = (await recorded()).filter((one): one is Reading => one.kind === "reading");
    const of = (probe: string, stat: string) =>
      readings.filter((one) => one.probe === probe && one.stat === stat).map(({ value }) => value);

    const found = of("hessian", "eigenvalue");
    expect(found).toHaveLength(10);
    expect(found[0]! / largest).toBeCloseTo(1, 2);

    // Places run from 3 widths below the lowest node to 3 above the highest; a width is 1 % of the distance of these.
    const [places, density] = ["eigenvalue", "density"].map((stat) => of("spectral_density", stat));
    const bin = places![1]! - places![0]!;
    const spread = (places!.length * bin) / 1.06;
    const highest = places!.at(-1)! + bin / 2 - 0.03 * spread;
    expect(highest / largest).toBeCloseTo(1, 2);
    expect((highest - spread) / largest).toBeCloseTo(smallest / largest, 2);
    const moment = (power: number) => density!.reduce((sum, value, i) => sum + value * bin * places![i]! ** power, 0);
    expect(moment(0)).toBeCloseTo(1, 2);
    expect(moment(1) / largest).toBeCloseTo(moments[1]! / largest, 3);
    expect((moment(2) - (0.01 * spread) ** 2) / moments[2]!).toBeCloseTo(1, 2);
  },
);

it("makes gradients orthogonal to kernels by the statistics of the batch alone", async () => {
  const cosines = ({ params, grads }: Step): number[] =>
    [1, 2, 3, 4, 5].map((layer) => {
      const [kernel, gradient] = [params, grads].map((all) => tf.reshape(all[`layer${layer}/kernel`]!, [-1]));
      const lengths = tf.mul(tf.norm(kernel!), tf.norm(gradient!));
      return Math.abs(tf.div(tf.dot(kernel!, gradient!), lengths).dataSync<"float32">()[0]!);
    });
  const [batch, population] = [await prepared("batchNorm"), await prepared("populationBatchNorm")];
  for (const cosine of await batch.ofStep(cosines)) expect(cosine).toBeLessThan(1e-3);
  for (const cosine of await population.ofStep(cosines)) expect(cosine).toBeGreaterThan(0.01);
});
