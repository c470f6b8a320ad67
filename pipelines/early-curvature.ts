import { take } from "rxjs";
import { batchNorm, clipped, every, experiment, hessian, linearWarmUp, loss } from "gradstream";
import { mlp, norms, probes, sgd, train } from "gradstream";
import { claims } from "./claims/early-curvature.ts";

// Gilmer et al. 2021: a rate above 2 / λ, λ the largest eigenvalue of the Hessian, throws early training off; warm-up, clipping and
// BatchNorm lead where λ is smaller. A clipped step has the smaller rate update_norm / gradient_norm, of the probe `norms`.
export default experiment({
  question: "Is a large learning rate too large for the curvature of early training, and what brings that down?",
  claims,
  hyper: {
    depth: 8,
    width: 64,
    size: 64,
    learningRate: 0.5,
    warmUp: 200,
    clip: 0.5,
    measured: 250,
    every: 20,
    steps: 400,
  },
  scales: { smoke: { depth: 3, width: 8, size: 16, warmUp: 4, measured: 16, every: 2, steps: 6 } },
  arms: ({ depth, width, learningRate, warmUp, clip }) => {
    const hidden = Array.from({ length: depth }, () => width);
    const [network, optimizer] = [mlp({ hidden }), sgd({ learningRate })];
    return {
      plain: { network, optimizer },
      warmUp: { network, optimizer: sgd({ learningRate: linearWarmUp({ steps: warmUp, then: learningRate }) }) },
      clipped: { network, optimizer: clipped(optimizer, { norm: clip }) },
      batchNorm: { network: mlp({ hidden, norm: batchNorm }), optimizer },
      smallRate: { network, optimizer: sgd({ learningRate: learningRate / 10 }) },
    };
  },
  run: ({ arm, seed, batches, trainingSet, size, measured, every: each, steps }) => {
    const when = every(each);
    const examples = trainingSet({ images: measured, size: measured });
    return batches({ size }).pipe(
      take(steps),
      train(arm.network, arm.optimizer, { seed }),
      probes(loss(), norms({ when }), hessian({ examples, iterations: 30, tolerance: 0.01, when })),
    );
  },
});
