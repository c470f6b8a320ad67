import * as tf from "@tensorflow/tfjs-core";
import { map, take } from "rxjs";
import { accuracy, batchNorm, every, experiment, histogram, loss, moments, probes, sgd, train, vgg } from "gradstream";
import type { Activation } from "gradstream";

/** Any operator from activations to activations is an intervention; gradients flow through what it does. */
const clip = (bound: number) =>
  map((a: Activation) => (a.site === "norm" ? { ...a, value: tf.clipByValue(a.value, -bound, bound) } : a));

export default experiment({
  question: "Does BatchNorm still help when no activation may leave [-1, 1]?",
  hyper: { depth: 11, width: 16, size: 128, learningRate: 0.1, bound: 1, steps: 3000, testEvery: 250 },
  scales: {
    quick: { width: 8, size: 64, steps: 300, testEvery: 100 },
  },
  arms: ({ depth, width, bound }) => ({
    standard: { network: vgg({ depth, width }) },
    batchNorm: { network: vgg({ depth, width, norm: batchNorm }) },
    clippedStandard: { network: vgg({ depth, width }), activations: clip(bound) },
    clippedBatchNorm: { network: vgg({ depth, width, norm: batchNorm }), activations: clip(bound) },
  }),
  run: ({ arm, seed, batches, test, steps, size, learningRate, testEvery }) =>
    batches({ size }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate }), { seed, activations: arm.activations }),
      probes(
        loss(),
        accuracy(),
        accuracy({ test: test({ images: 1000 }), when: every(testEvery, { last: steps - 1 }) }),
        moments({ layers: [2, 8], when: every(20) }),
        histogram({ layers: [2, 8], when: every(50) }),
      ),
    ),
});
