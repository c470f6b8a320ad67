import { take } from "rxjs";
import {
  batchNorm,
  experiment,
  gradientsBackward,
  heNormal,
  loss,
  mlp,
  orthogonalityGap,
  probes,
  sgd,
  train,
} from "gradstream";
import { claims } from "./claims/gradient-explosion.ts";

// Yang et al. 2019: at initialization the squared gradient grows by π / (π - 1) = 1.47 a layer of BatchNorm and ReLU.
// Daneshmand et al. 2021: and with BatchNorm examples come closer to orthogonal with depth, without to parallel.
export default experiment({
  question: "Does BatchNorm make gradients explode with depth at initialization, and examples orthogonal?",
  hyper: { depth: 30, width: 128, size: 64, learningRate: 0, steps: 8 },
  scales: {
    smoke: { depth: 8, width: 16, size: 16, steps: 2 },
    small: { width: 512, size: 128 },
    paper: { depth: 50, width: 1024, size: 256 },
  },
  arms: ({ depth, width }) => {
    const hidden = Array.from({ length: depth }, () => width);
    return {
      standard: { network: mlp({ hidden, initial: heNormal() }) },
      batchNorm: { network: mlp({ hidden, initial: heNormal(), norm: batchNorm }) },
    };
  },
  run: ({ arm, seed, batches, size, steps, learningRate }) =>
    batches({ size }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate }), { seed }),
      probes(loss(), gradientsBackward({ site: "output" }), orthogonalityGap()),
    ),
  claims,
});
