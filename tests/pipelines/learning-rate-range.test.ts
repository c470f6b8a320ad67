import * as tf from "@tensorflow/tfjs-core";
import { map, take } from "rxjs";
import { beforeAll, expect, it } from "vitest";
import { startBackend } from "../../src/backend/start.ts";
import type { Step } from "../../src/core/live.ts";
import type { Reading, Recorded } from "../../src/core/types.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { chooseArms, resolveHyper } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { train } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";

beforeAll(async () => {
  await startBackend("wasm");
});

async function prepared(settings: Readonly<Record<string, string>>) {
  const { experiment } = await loadPipeline("pipelines/learning-rate-range.ts");
  const hyper = resolveHyper(experiment, "smoke", settings);
  const data = shapes10({ train: 64, test: 10 });
  return Object.entries(chooseArms(experiment, hyper)).map(([name, arm]) => {
    const context = trialContext({ arm, seed: 0, data });
    return { name, arm, hyper, context, recorded: () => collect(experiment.run(Object.assign({}, hyper, context))) };
  });
}

/** A residual network of depth 8 written out: what each linear map gives, with or without a normalization behind it. */
function writtenOut({ params, batch: { examples, labels, size } }: Step, isNormalized: boolean) {
  const linear: tf.Tensor[] = [];
  const conv = (x: tf.Tensor4D, stride: number): tf.Tensor4D => {
    const layer = `layer${linear.length + 1}`;
    // Windows of a stride of 2 are centred on the first position, and not as `same` has them.
    const whole = tf.conv2d(x, params[`${layer}/kernel`] as tf.Tensor4D, 1, "same");
    const y = stride === 1 ? whole : tf.stridedSlice(whole, [0, 0, 0, 0], whole.shape, [1, stride, stride, 1]);
    linear.push(isNormalized ? y : tf.add(y, params[`${layer}/bias`]!));
    if (!isNormalized) return linear.at(-1) as tf.Tensor4D;
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    return tf.div(tf.sub(y, mean), tf.sqrt(tf.add(variance, 1e-5)));
  };
  const pair = (x: tf.Tensor4D, stride: number): tf.Tensor4D => {
    const branch = conv(tf.relu(conv(x, stride)), 1);
    if (stride === 1) return tf.relu(tf.add<tf.Tensor4D>(x, branch));
    const fewer = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, 2, 2, 1]) as tf.Tensor4D;
    return tf.relu(tf.add<tf.Tensor4D>(tf.concat([fewer, tf.zerosLike(fewer)], 3), branch));
  };
  const images = tf.tensor4d(examples, [size, 32, 32, 3]);
  const features = [1, 2, 2].reduce(pair, tf.relu(conv(images, 1)));
  const { kernel, bias } = { kernel: params["layer8/kernel"] as tf.Tensor2D, bias: params["layer8/bias"]! };
  const logits = tf.add(tf.matMul(tf.mean<tf.Tensor2D>(features, [1, 2]), kernel), bias);
  const own = tf.tensor1d([...labels], "int32");
  const loss = tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(own, 10), tf.logSoftmax(logits)), 1)));
  const numbers = (tensor: tf.Tensor): number => tensor.dataSync<"float32">()[0]!;
  const moments = [...linear, logits].map((values) => {
    const { mean, variance } = tf.moments(values);
    return { mean: numbers(mean), variance: numbers(variance) };
  });
  return { moments, loss: numbers(loss) };
}

const first = (records: readonly Recorded[], probe: string) =>
  records.filter((one): one is Reading => one.kind === "reading" && one.step === 0 && one.probe === probe);

it("has by depth the moments of a network that is written out", async () => {
  for (const { name, arm, hyper, context, recorded } of await prepared({ steps: "1" })) {
    const slow = map((step: Step) => tf.tidy(() => writtenOut(step, name === "batchNorm") as never)) as never;
    const training = train(arm.network, sgd({ learningRate: 0.1 }), { seed: 0 });
    const batches = context.batches({ size: Number(hyper["size"]) }).pipe(take(1), training);
    const [expected] = await collect(batches.pipe<ReturnType<typeof writtenOut>>(slow));
    const records = await recorded();
    expect(valuesOf(first(records, "loss"), "loss")[0]! / expected!.loss).toBeCloseTo(1, 4);
    for (const stat of ["mean", "variance"] as const) {
      const found = valuesOf(first(records, "moments"), stat);
      expect(found).toHaveLength(8);
      expected!.moments.forEach((one, i) => {
        const scale = Math.sqrt(one.variance) * (stat === "mean" ? 1 : Math.sqrt(one.variance));
        expect((found[i]! - one[stat]) / scale, `${name}, layer ${i + 1}, ${stat}`).toBeCloseTo(0, 4);
      });
    }
  }
});

it("walks against the gradient to where updates of these rates lead", async () => {
  for (const rate of [0.001, 0.1]) {
    // Each batch is the whole set, so that the loss of the second step is that behind the first update.
    for (const { name, recorded } of await prepared({ size: "64", learningRate: String(rate), steps: "2" })) {
      const records = await recorded();
      const walked = first(records, "gradient_steps").find((one) => one.stat === "loss" && one.distance === rate)!;
      const [, behind] = valuesOf(
        records.filter((one) => "probe" in one && one.probe === "loss"),
        "loss",
      );
      expect(walked.value / behind!, name).toBeCloseTo(1, 3);
    }
  }
});

it("a step of 0.1 lowers the loss of the deep network with BatchNorm, and multiplies it without", async () => {
  const ratios: Record<string, number> = {};
  for (const { name, recorded } of await prepared({ depth: "32", width: "4", size: "16", steps: "1" })) {
    const records = await recorded();
    const walked = first(records, "gradient_steps").find((one) => one.stat === "loss" && one.distance === 0.1)!;
    ratios[name] = walked.value / valuesOf(first(records, "loss"), "loss")[0]!;
  }
  expect(ratios["standard"]).toBeGreaterThan(10);
  expect(ratios["batchNorm"]).toBeLessThan(0.9);
});
