import { take } from "rxjs";
import { batchNorm, experiment, exponentialDecay, frozen, loss, mlp, norms, probes, sgd, train } from "gradstream";

/** What a normalization does not make free of scale: its own parameters, and the last layer. */
const FIXED = /^layer3\/|\/(scale|shift)$/;

// Theorem 1 of Li & Arora 2020: with α = 1 - η λ, weights that decay are those of the rate η α^(-2t-1), times α^t.
export default experiment({
  question: "Is weight decay with BatchNorm the same training as a learning rate that grows exponentially?",
  hyper: { hidden: 32, size: 64, learningRate: 0.1, weightDecay: 0.05, steps: 200 },
  scales: { smoke: { steps: 20 } },
  arms: ({ hidden, learningRate, weightDecay }) => {
    const network = mlp({ hidden: [hidden, hidden], norm: () => batchNorm({ epsilon: 0 }) });
    const kept = 1 - learningRate * weightDecay;
    const growing = exponentialDecay({ initial: learningRate / kept, factor: kept ** -2 });
    return {
      decay: { network, optimizer: frozen(sgd({ learningRate, weightDecay, decay: "kernels" }), FIXED) },
      growing: { network, optimizer: frozen(sgd({ learningRate: growing }), FIXED) },
      neither: { network, optimizer: frozen(sgd({ learningRate }), FIXED) },
    };
  },
  run: ({ arm, seed, batches, size, steps }) =>
    batches({ size }).pipe(take(steps), train(arm.network, arm.optimizer, { seed }), probes(loss(), norms())),
});
