import { take } from "rxjs";
import { accuracy, batchNorm, every, experiment, gradientSteps, ics, injectNoise, loss, norms } from "gradstream";
import { probes, sgd, train, vgg } from "gradstream";

// Figures 3, 4 and 12 of Santurkar et al. 2018.
export default experiment({
  question: "Does BatchNorm make the landscape smoother, and what does it do to internal covariate shift?",
  hyper: { steps: 300, batchSize: 64, depth: 11, width: 8, learningRate: 0.1, weightDecay: 4e-4, probeEvery: 20 },
  scales: {
    mini: { steps: 1500, batchSize: 128, depth: 16, width: 16, probeEvery: 50 },
    paper: { steps: 15_000, batchSize: 128, depth: 16, width: 64, probeEvery: 100 },
  },
  arms: (hyper) => ({
    standard: { network: vgg(hyper) },
    batchNorm: { network: vgg({ ...hyper, norm: batchNorm }) },
    noisyBatchNorm: {
      network: vgg({ ...hyper, norm: batchNorm }),
      activations: injectNoise({ nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 }),
    },
  }),
  run: ({ arm, batches, test, seed, steps, batchSize, learningRate, weightDecay, probeEvery }) => {
    const when = every(probeEvery, { last: steps - 1 });
    const distances = { learningRates: [0.5, 1, 2, 4] };
    return batches({ size: batchSize }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate, weightDecay }), { seed, activations: arm.activations }),
      probes(
        loss(),
        accuracy(),
        accuracy({ test: test(), when: every(10 * probeEvery, { last: steps - 1 }) }),
        ics({ when }),
        gradientSteps({ distances, when }),
        gradientSteps({ distances, direction: "random", when }),
        norms({ when }),
      ),
    );
  },
});
