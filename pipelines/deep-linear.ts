import { take } from "rxjs";
import { batchNorm, deepLinear, every, experiment, gradientSteps, halfSquares, histogram, ics } from "gradstream";
import { l1Norm, l2Norm, lInfNorm, loss, probes, sgd, train } from "gradstream";

const NORMS = { standard: undefined, batchNorm, l1Norm, l2Norm, lInfNorm };

// Figures 3b, 5b, 9, 10, 11b and 13 of Santurkar et al. 2018; 3b also has learning rate 1e-7: --set learningRate=1e-7.
export default experiment({
  question: "What do normalizations do to 25 linear layers in a row, trained on the whole set at every step?",
  hyper: { steps: 10_000, examples: 1000, depth: 25, learningRate: 1e-6, log: 50, normalizeLast: true },
  scales: {
    smoke: { steps: 12, examples: 50, depth: 25, log: 6 },
    quick: { steps: 500, log: 25 },
  },
  arms: ({ depth, normalizeLast }) =>
    Object.fromEntries(
      Object.entries(NORMS).map(([name, norm]) => [name, { network: deepLinear({ depth, norm, normalizeLast }) }]),
    ),
  run: ({ arm, linearTask, seed, steps, examples, learningRate, log }) => {
    const when = every(log, { last: steps - 1 });
    return linearTask({ size: examples }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate }), { seed, loss: halfSquares }),
      probes(
        loss(),
        ics({ layers: [9, 17], when }),
        gradientSteps({ distances: { learningRates: [0.01, 0.1, 1, 10, 30] }, when }),
        histogram({ layers: [1, 11, 24], units: { random: 1 }, when }),
      ),
    );
  },
});
