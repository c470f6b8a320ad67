import { take } from "rxjs";
import { accuracy, batchNorm, every, experiment, ics, loss, paperLayers, probes, sgd, train, vgg } from "gradstream";

const PAPER_SETTING = { depth: 16, width: 64, size: 128, learningRate: 0.1, weightDecay: 4e-4 };

// Figure 3a of Santurkar et al. 2018, which also has learning rate 0.01: --set learningRate=0.01.
export default experiment({
  question: "Does BatchNorm reduce internal covariate shift?",
  hyper: { ...PAPER_SETTING, steps: 15_000, log: 100, images: 50_000 },
  scales: {
    smoke: { steps: 12, size: 16, images: 64, depth: 11, width: 4, log: 6 },
    quick: { steps: 300, size: 64, images: 10_000, depth: 11, width: 8, log: 20 },
    small: { images: 10_000, width: 16, steps: 3000, log: 20 },
  },
  arms: ({ depth, width }) => ({
    standard: { network: vgg({ depth, width }) },
    batchNorm: { network: vgg({ depth, width, norm: batchNorm }) },
  }),
  run: ({ arm, batches, seed, steps, size, images, depth, learningRate, weightDecay, log }) =>
    batches({ size, images }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate, weightDecay, decay: "kernels" }), { seed }),
      probes(
        loss(),
        accuracy(),
        ics({ layers: paperLayers("internal-covariate-shift", depth), when: every(log, { last: steps - 1 }) }),
      ),
    ),
});
