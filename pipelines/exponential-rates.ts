import { take } from "rxjs";
import { batchNorm, experiment, exponentialDecay, frozen, mlp, sgd, tanh, train } from "gradstream";
import { loss, norms, probes } from "gradstream";
import { claims } from "./claims/exponential-rates.ts";

/** What weight decay alone leaves of a weight of 1 after each number of steps: descent with momentum on λ/2·w². */
const left = (kept: number, momentum: number, steps: number): number[] => {
  const weights = [1, kept];
  for (let t = 1; t <= steps; t++) weights.push((kept + momentum) * weights[t]! - momentum * weights[t - 1]!);
  return weights;
};

// Li and Arora 2020: where the loss does not see the length of the weights, decaying weights w_t under a rate η are growing
// ones, w_t / left_t, under a rate η / (left_t · left_{t+1}). ε, shifts, scales and the last layer would be seen: 0, and frozen.
export default experiment({
  question: "Is weight decay after BatchNorm the same training as a learning rate that grows exponentially?",
  hyper: { hidden: 64, size: 64, learningRate: 0.02, weightDecay: 0.25, momentum: 0.9, steps: 200 },
  scales: { smoke: { hidden: 32, steps: 20 } },
  arms: ({ hidden, learningRate: η, weightDecay: λ, momentum, steps }) => {
    const network = mlp({ hidden: [hidden, hidden], nonlinearity: tanh, norm: () => batchNorm({ epsilon: 0 }) });
    const slow = η * (1 - momentum);
    const weights = left(1 - slow * λ, momentum, steps);
    const rate = (t: number): number => slow / (weights[t]! * weights[t + 1]!);
    const growing = exponentialDecay({ initial: η / (1 - η * λ), factor: (1 - η * λ) ** -2 });
    return {
      decaying: { network, optimizer: sgd({ learningRate: η, weightDecay: λ }) },
      growing: { network, optimizer: sgd({ learningRate: growing }) },
      constant: { network, optimizer: sgd({ learningRate: η }) },
      decayingMomentum: { network, optimizer: sgd({ learningRate: slow, weightDecay: λ, momentum }) },
      growingMomentum: { network, optimizer: sgd({ learningRate: rate, momentum }) },
      constantMomentum: { network, optimizer: sgd({ learningRate: slow, momentum }) },
    };
  },
  run: ({ arm, seed, batches, size, steps }) =>
    batches({ size }).pipe(
      take(steps),
      train(arm.network, frozen(arm.optimizer, /^layer3\/|(scale|shift)$/), { seed }),
      probes(loss(), norms()),
    ),
  claims,
});
