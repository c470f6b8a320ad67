import * as tf from "@tensorflow/tfjs-core";
import { take } from "rxjs";
import { expect, it } from "vitest";
import { shapes10 } from "../../src/data/shapes10.ts";
import { chooseArms, resolveHyper } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { probes } from "../../src/operators/probes.ts";
import { train } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { loss } from "../../src/probes/loss.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";

onEachBackend(() => {
  it("has half the squared distance from the class as its loss", async () => {
    const { experiment } = await loadPipeline("pipelines/edge-of-stability.ts");
    const hyper = resolveHyper(experiment, "smoke", { steps: "2" });
    const context = trialContext({
      arm: chooseArms(experiment, hyper)["standard"]!,
      seed: 0,
      data: shapes10({ train: 64, test: 10 }),
    });
    const own = (outputs: tf.Tensor, labels: tf.Tensor): tf.Scalar => {
      const classes = [...labels.dataSync<"int32">()];
      const targets = tf.tensor2d(classes.map((label) => Array.from({ length: 10 }, (_, i) => Number(i === label))));
      return tf.div(tf.sum(tf.square(tf.sub(outputs, targets))), 2 * classes.length);
    };
    const learningRate = Number(hyper["learningRate"]);
    const expected = context
      .batches({ size: 64, images: 64 })
      .pipe(take(2), train(context.arm.network, sgd({ learningRate }), { seed: 0, loss: own }), probes(loss()));
    const of = async (records: Parameters<typeof collect>[0]) => valuesOf((await collect(records)) as never, "loss");
    const [here, there] = [await of(experiment.run(Object.assign({}, hyper, context))), await of(expected)];
    expect(here).toHaveLength(2);
    here.forEach((value, i) => expect(value / there[i]!).toBeCloseTo(1, 4));
  });
});
