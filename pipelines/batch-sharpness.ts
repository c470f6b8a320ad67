import { take } from "rxjs";
import { curvature, every, experiment, hessian, loss, mlp, probes, sgd, squareLoss, tanh, train } from "gradstream";
import { claims } from "./claims/batch-sharpness.ts";

// Andreyev and Beneventano 2024: beside 2 / rate, g'Hg / g'g of batches by themselves, its mean over the batches of the set
// (probe `curvature`), and the largest eigenvalue of the Hessian of the whole set (probe `hessian`).
export default experiment({
  question:
    "Does the curvature of minibatches along their own gradients hover at 2 / learning rate, and that of the set below?",
  hyper: { images: 512, hidden: 32, learningRate: 0.04, batch: 8, every: 200, steps: 10_000 },
  scales: {
    smoke: { images: 64, hidden: 8, every: 4, steps: 12 },
    quick: { images: 200, steps: 4000 },
  },
  arms: ({ hidden, images, batch }) => {
    const network = mlp({ hidden: [hidden, hidden], nonlinearity: tanh });
    return { minibatch: { network, size: batch }, wholeSet: { network, size: images } };
  },
  run: ({ arm: { network, size }, seed, batches, trainingSet, images, learningRate, every: each, steps }) => {
    const when = every(each, { last: steps - 1 });
    return batches({ size, images }).pipe(
      take(steps),
      train(network, sgd({ learningRate }), { seed, loss: squareLoss }),
      probes(
        loss(),
        curvature({ batches: trainingSet({ images, size }), when }),
        hessian({ examples: trainingSet({ images, size: images }), iterations: 30, tolerance: 0.01, when }),
      ),
    );
  },
  claims,
});
