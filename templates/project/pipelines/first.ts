import { take } from "rxjs";
import { accuracy, batchNorm, every, experiment, loss, moments, probes, sgd, train, vgg } from "gradstream";

/** Two networks that differ in one thing, trained on the same batches, step for step. */
export default experiment({
  question: "Does BatchNorm let this network learn faster?",

  // Every number here can be changed on the command line: npm start -- --set learningRate=0.2
  hyper: { width: 8, size: 32, learningRate: 0.1, steps: 200 },

  // Smaller numbers to try things with: npm start -- --scale smoke
  scales: { smoke: { width: 4, steps: 20 } },

  arms: ({ width }) => ({
    plain: { network: vgg({ depth: 11, width }) },
    batchNorm: { network: vgg({ depth: 11, width, norm: batchNorm }) },
  }),

  // One training, as a stream of steps; every probe measures each step it wants and hands its readings on.
  run: ({ arm, seed, batches, test, size, steps, learningRate }) =>
    batches({ size }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate }), { seed }),
      probes(
        loss(),
        accuracy(),
        accuracy({ test: test({ images: 1000 }), when: every(100, { last: steps - 1 }) }),
        // Mean and variance of what leaves the first two layers.
        moments({ layers: [1, 2], when: every(10) }),
      ),
    ),
});
