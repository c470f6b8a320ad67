// A pipeline of somebody who installed gradstream: a probe, a network and an enum of their own.
import * as tf from "@tensorflow/tfjs-core";
import { batchNorm, every, experiment, layerOf, loss, mlp, probe, probes, sgd, train, type Norm } from "gradstream";
import { take } from "rxjs";

enum Width {
  Narrow = 8,
  Wide = 16,
}

interface Choice {
  readonly hidden: readonly number[];
  readonly norm?: Norm;
}

const CHOICES: Readonly<Record<string, Choice>> = {
  narrow: { hidden: [Width.Narrow] },
  wide: { hidden: [Width.Wide], norm: batchNorm },
};

const meanWeight = probe({
  name: "mean_weight",
  measure: ({ params }) =>
    Object.entries(params).map(([name, value]) => ({
      stat: "mean",
      layer: layerOf(name),
      value: tf.mean<tf.Scalar>(value),
    })),
});

export default experiment({
  question: "Does it run where it is installed?",
  hyper: { steps: 4, learningRate: 0.1 },
  scales: { quick: { steps: 3 } },
  arms: () => Object.fromEntries(Object.entries(CHOICES).map(([name, choice]) => [name, { network: mlp(choice) }])),
  run: ({ arm, batches, steps, seed, learningRate }) =>
    batches({ size: 16 }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate }), { seed }),
      probes(loss({ when: every(1) }), meanWeight),
    ),
});
