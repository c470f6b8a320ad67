import { take } from "rxjs";
import { batchNorm, experiment, linearWarmUp, loss, mlp, norms, probes, sgd, train } from "gradstream";

export default experiment({
  question: "Does warm-up help a network without BatchNorm more than one with it?",
  hyper: { size: 32, learningRate: 0.3, warmUp: 50, steps: 200 },
  arms: () => ({ standard: { network: mlp() }, batchNorm: { network: mlp({ norm: batchNorm }) } }),
  run: ({ arm, seed, batches, size, learningRate, warmUp, steps }) =>
    batches({ size }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate: linearWarmUp({ steps: warmUp, then: learningRate }) }), { seed }),
      probes(loss(), norms()),
    ),
});
