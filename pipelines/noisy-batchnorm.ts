import { take } from "rxjs";
import { batchNorm, every, experiment, injectNoise, paperLayers, probes, sgd, train, vgg } from "gradstream";
import { accuracy, gradientSteps, histogram, ics, loss, moments, norms } from "gradstream";

const noise = () => injectNoise({ site: "norm", nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 });
const PAPER_SETTING = { depth: 16, width: 64, size: 128, learningRate: 0.1, weightDecay: 4e-4 };

export default experiment({
  question: "Does BatchNorm help because it steadies the distributions that layers see?",
  hyper: { ...PAPER_SETTING, steps: 15_000, log: 100, images: 50_000, testImages: 10_000 },
  scales: {
    smoke: { depth: 11, width: 4, size: 16, steps: 12, log: 6, images: 64, testImages: 32 },
    quick: { depth: 11, width: 8, size: 64, steps: 500, log: 10, testImages: 1000 },
    small: { images: 10_000, width: 16, steps: 3000, log: 20 },
  },
  arms: ({ depth, width }) => ({
    standard: { network: vgg({ depth, width }) },
    batchNorm: { network: vgg({ depth, width, norm: batchNorm }) },
    noisyBatchNorm: { network: vgg({ depth, width, norm: batchNorm }), activations: noise() },
    noisyStandard: { network: vgg({ depth, width }), activations: noise() },
  }),
  run: ({ arm, seed, batches, test, depth, steps, size, images, learningRate, weightDecay, log, testImages }) => {
    const layers = paperLayers("noisy-batchnorm", depth);
    const seldom = every(10 * log, { last: steps - 1 });
    return batches({ size, images }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate, weightDecay, decay: "kernels" }), { seed, activations: arm.activations }),
      probes(
        loss(),
        accuracy(),
        accuracy({ test: test({ images: testImages }), when: seldom }),
        moments({ layers, when: every(log) }),
        moments({ layers, units: { random: 4 }, when: every(log) }),
        histogram({ layers, units: { random: 1 }, when: every(5 * log) }),
        norms({ when: every(log) }),
        gradientSteps({ distances: { learningRates: [0.5, 1, 2] }, when: seldom }),
        ics({ when: seldom }),
      ),
    );
  },
});
