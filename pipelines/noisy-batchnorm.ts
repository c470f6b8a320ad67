import { take } from "rxjs";
import {
  accuracy,
  batchNorm,
  every,
  experiment,
  injectNoise,
  loss,
  moments,
  probes,
  sgd,
  train,
  vgg,
} from "gradstream";

const noise = () => injectNoise({ site: "norm", nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 });

export default experiment({
  question:
    "Does BatchNorm help because it keeps the distribution of layer inputs steady? (Figure 2, claims C1, C5 to C8)",
  hyper: {
    ...{ depth: 16, width: 64, size: 128, learningRate: 0.1, weightDecay: 4e-4, steps: 15000 },
    ...{ images: 50000, testImages: 10000, testEvery: 1000, momentsEvery: 100 },
  },
  scales: {
    quick: { depth: 11, width: 8, size: 64, steps: 500, testImages: 1000, testEvery: 100, momentsEvery: 10 },
    mini: { width: 16, steps: 1500, testImages: 2000, testEvery: 250, momentsEvery: 50 },
  },
  arms: ({ depth, width }) => ({
    standard: { network: vgg({ depth, width }) },
    batchNorm: { network: vgg({ depth, width, norm: batchNorm }) },
    noisyBatchNorm: { network: vgg({ depth, width, norm: batchNorm }), activations: noise() },
    noisyStandard: { network: vgg({ depth, width }), activations: noise() },
  }),
  run: ({ arm, seed, batches, test, steps, size, images, learningRate, weightDecay, testImages, ...when }) =>
    batches({ size, images }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate, weightDecay }), { seed, activations: arm.activations }),
      probes(
        loss(),
        accuracy(),
        accuracy({ test: test({ images: testImages }), when: every(when.testEvery, { last: steps - 1 }) }),
        moments({ layers: [2, 5, 8], when: every(when.momentsEvery) }),
      ),
    ),
});
