import { take } from "rxjs";
import { batchNorm, every, experiment, hessian, mlp, loss, probes, sgd, squareLoss, tanh, train } from "gradstream";
import { claims } from "./claims/edge-of-stability.ts";

// Figure 1 of Cohen et al. 2021: the whole set at every step, and the largest eigenvalue of the Hessian beside 2 / rate.
export default experiment({
  question: "Does the sharpness of full-batch descent come to 2 / learning rate and stay there, with BatchNorm too?",
  hyper: { images: 500, hidden: 32, learningRate: 0.1, every: 20, steps: 3000 },
  scales: {
    smoke: { images: 64, hidden: 8, every: 4, steps: 12 },
    quick: { images: 200, steps: 1000 },
  },
  arms: ({ hidden }) => ({
    standard: { network: mlp({ hidden: [hidden, hidden], nonlinearity: tanh }) },
    batchNorm: { network: mlp({ hidden: [hidden, hidden], nonlinearity: tanh, norm: batchNorm }) },
  }),
  run: ({ arm, seed, batches, images, learningRate, every: each, steps }) =>
    batches({ size: images, images }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate }), { seed, loss: squareLoss }),
      probes(loss(), hessian({ iterations: 30, tolerance: 0.01, when: every(each, { last: steps - 1 }) })),
    ),
  claims,
});
