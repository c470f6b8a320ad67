import { take } from "rxjs";
import { accuracy, every, experiment, gradientSteps, histogram, ics, loss, moments, norms, probes } from "gradstream";
import { batchNorm, l1Norm, l2Norm, lInfNorm, paperLayers, sgd, train, vgg } from "gradstream";

const NORMS = { standard: undefined, batchNorm, l1Norm, l2Norm, lInfNorm };
const PAPER_SETTING = { depth: 16, width: 64, size: 128, learningRate: 0.1, weightDecay: 4e-4 };

// Figures 4, 5a, 6, 11a and 12 of Santurkar et al. 2018.
export default experiment({
  question: "Does BatchNorm make the landscape smoother, and does any normalization do the same?",
  hyper: { ...PAPER_SETTING, steps: 15_000, log: 100, images: 50_000 },
  scales: {
    smoke: { steps: 12, size: 16, images: 64, depth: 11, width: 4, log: 6 },
    quick: { steps: 300, size: 64, images: 10_000, depth: 11, width: 8, log: 20 },
    small: { images: 10_000, width: 16, steps: 3000, log: 20 },
  },
  arms: ({ depth, width }) =>
    Object.fromEntries(Object.entries(NORMS).map(([name, norm]) => [name, { network: vgg({ depth, width, norm }) }])),
  run: ({ arm, batches, seed, steps, size, images, depth, learningRate, weightDecay, log }) => {
    const when = every(log, { last: steps - 1 });
    const distances = { learningRates: [0.5, 1, 2, 4] };
    const layers = paperLayers("landscape", depth);
    return batches({ size, images }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate, weightDecay, decay: "kernels" }), { seed }),
      probes(
        loss(),
        accuracy(),
        gradientSteps({ distances, when }),
        gradientSteps({ distances, direction: "random", when }),
        norms({ when }),
        ics({ when: every(4 * log, { last: steps - 1 }) }),
        moments({ layers, kurtosis: true, when }),
        histogram({ layers, units: { random: 1 }, when }),
      ),
    );
  },
});
