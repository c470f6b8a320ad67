import { batches, experiment, fromArrays, loss, meanSquaredError, mlp, probes, rootKey, sgd, train } from "gradstream";
import { take } from "rxjs";

const angles = Array.from({ length: 256 }, (_, i) => i / 40);
const waves = fromArrays({
  examples: angles.map((a) => [a - 3.2]),
  targets: angles.map((a) => [Math.sin(a), Math.cos(a)]),
});

export default experiment({
  question: "Does a perceptron learn sine and cosine at once?",
  hyper: { steps: 300, learningRate: 0.05, size: 64 },
  arms: () => ({ standard: { network: mlp({ hidden: [32], classes: 2 }) } }),
  run: ({ arm, seed, size, steps, learningRate }) =>
    batches(waves.train, { size, key: rootKey(seed), source: waves.name }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate }), { seed, loss: meanSquaredError }), // regression: this loss
      probes(loss()),
    ),
});
