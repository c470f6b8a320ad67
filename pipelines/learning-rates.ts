import { take } from "rxjs";
import { accuracy, batchNorm, every, experiment, histogram } from "gradstream";
import { loss, paperLayers, probes, sgd, train, vgg } from "gradstream";

const PAPER_SETTING = { depth: 16, width: 64, size: 128, learningRate: 0.1, weightDecay: 4e-4 };

// Figure 1 of Santurkar et al. 2018 has learning rates 0.1 and 0.5: --set learningRate=0.5.
export default experiment({
  question: "Does BatchNorm train faster, and at learning rates at which the standard network does not train?",
  hyper: { ...PAPER_SETTING, steps: 15_000, images: 50_000, log: 100, testImages: 10_000 },
  scales: {
    smoke: { steps: 12, size: 16, images: 64, depth: 11, width: 4, log: 6, testImages: 32 },
    quick: { steps: 300, size: 64, images: 10_000, depth: 11, width: 8, log: 20, testImages: 1000 },
    small: { images: 10_000, width: 16, steps: 3000, log: 20 },
  },
  arms: ({ depth, width }) => ({
    standard: { network: vgg({ depth, width }) },
    batchNorm: { network: vgg({ depth, width, norm: batchNorm }) },
  }),
  run: ({ arm, batches, test, seed, steps, size, images, depth, learningRate, weightDecay, log, testImages }) =>
    batches({ size, images }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate, weightDecay, decay: "kernels" }), { seed }),
      probes(
        loss(),
        accuracy(),
        accuracy({ test: test({ images: testImages }), when: every(10 * log, { last: steps - 1 }) }),
        histogram({ layers: paperLayers("learning-rates", depth), units: { random: 1 }, when: every(log) }),
      ),
    ),
});
