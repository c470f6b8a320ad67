import { take } from "rxjs";
import { accuracy, batchNorm, every, experiment, loss, mlp } from "gradstream";
import { paperLayers, probes, sgd, theory, train, vgg } from "gradstream";

// Theorems 4.1 to 4.4 and C.1, Facts C.1 and C.2, Observation 4.3 and Lemma 4.5 of Santurkar et al. 2018.
export default experiment({
  question: "Do the theorems about BatchNorm hold, as printed or corrected, in networks that train?",
  hyper: { steps: 60, batchSize: 64, depth: 11, width: 8, hidden: 64, learningRate: 0.1, weightDecay: 4e-4, log: 20 },
  scales: {
    smoke: { steps: 6, batchSize: 16, width: 4, hidden: 16, log: 5 },
    small: { steps: 600, batchSize: 128, depth: 16, width: 16, log: 200 },
    paper: { steps: 15_000, batchSize: 128, depth: 16, width: 64, log: 1000 },
  },
  arms: ({ depth, width, hidden }) => ({
    mlp: { network: mlp({ hidden: [hidden, hidden], norm: batchNorm }), layers: [1, 2] },
    vgg: { network: vgg({ depth, width, norm: batchNorm }), layers: paperLayers("theory", depth) },
  }),
  run: ({ arm, batches, seed, steps, batchSize, learningRate, weightDecay, log }) =>
    batches({ size: batchSize }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate, weightDecay, decay: "kernels" }), { seed }),
      probes(loss(), accuracy(), theory({ layers: arm.layers, when: every(log, { last: steps - 1 }) })),
    ),
});
