import { take } from "rxjs";
import { accuracy, batchNorm, every, experiment, gradientSteps, loss } from "gradstream";
import { moments, norms, probes, resnet, sgd, train } from "gradstream";
import { claims } from "./claims/learning-rate-range.ts";

// Bjorck et al. 2018: without BatchNorm activations grow with depth, so gradients are large from the start and training diverges
// in a few steps at rates that BatchNorm stands. Before the first update `variance` of `moments` shows the growth, `norms` the
// gradients and `gradient_steps` the loss after a step of each size. `gradstream sweep` trains at each rate.
export default experiment({
  question: "Does BatchNorm train at larger learning rates because it keeps activations from growing with depth?",
  claims,
  hyper: { depth: 20, width: 8, size: 32, learningRate: 0.01, log: 100, steps: 201 },
  scales: {
    smoke: { depth: 8, width: 2, size: 8, log: 2, steps: 3 },
    small: { width: 16, size: 128, log: 200, steps: 2001 },
    paper: { depth: 110, width: 16, size: 128, log: 1000, steps: 10_001 },
  },
  sweep: { grid: { learningRate: [0.003, 0.01, 0.03, 0.1, 0.3, 1] } },
  arms: ({ depth, width }) => ({
    standard: { network: resnet({ depth, width }) },
    batchNorm: { network: resnet({ depth, width, norm: batchNorm }) },
  }),
  run: ({ arm, seed, batches, size, learningRate, log, steps }) => {
    const when = every(log);
    return batches({ size }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate }), { seed }),
      probes(
        loss(),
        accuracy(),
        moments({ site: "linear", when }),
        norms({ when }),
        gradientSteps({ distances: [1e-4, 0.001, 0.01, 0.1, 1], when }),
      ),
    );
  },
});
