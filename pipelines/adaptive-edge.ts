import { take } from "rxjs";
import { adam, every, experiment, hessian, loss, mlp, probes, sgd, squareLoss, tanh, train } from "gradstream";
import { claims } from "./claims/adaptive-edge.ts";

// Cohen et al. 2022: with Adam the largest eigenvalue of P⁻¹H is what comes to an edge, at (2 + 2β₁) / ((1 - β₁) rate): 38 / rate
// for β₁ = 0.9. Descent without a preconditioner and with momentum μ has its edge at (2 + 2μ) / rate.
export default experiment({
  question: "Does full-batch Adam come to an edge of stability of its own, that of the preconditioned Hessian?",
  hyper: { images: 500, hidden: 32, adamRate: 3e-4, sgdRate: 0.1, momentum: 0.9, every: 50, steps: 3000 },
  scales: {
    smoke: { images: 64, hidden: 8, every: 4, steps: 12 },
    quick: { images: 200, steps: 1000 },
  },
  arms: ({ hidden, adamRate, sgdRate, momentum }) => {
    const network = mlp({ hidden: [hidden, hidden], nonlinearity: tanh });
    return {
      adam: { network, optimizer: adam({ learningRate: adamRate, beta1: momentum }) },
      momentum: { network, optimizer: sgd({ learningRate: sgdRate, momentum }) },
    };
  },
  run: ({ arm, seed, batches, images, every: each, steps }) => {
    const when = every(each, { last: steps - 1 });
    const search = { iterations: 30, tolerance: 0.01, when };
    return batches({ size: images, images }).pipe(
      take(steps),
      train(arm.network, arm.optimizer, { seed, loss: squareLoss }),
      probes(loss(), hessian(search), hessian({ ...search, preconditioned: true })),
    );
  },
  claims,
});
