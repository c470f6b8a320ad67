import { take } from "rxjs";
import { batchNorm, conv, dense, experiment, globalAvgPool, identity, layered, loss, norms, probes } from "gradstream";
import { relu, residual, sgd, train, type Layer } from "gradstream";

const network = (filters: number) => {
  const block = (nonlinearity: Layer) => ({ linear: conv({ filters }), norm: batchNorm(), nonlinearity });
  return layered("residual with BatchNorm", [
    block(relu()),
    residual([block(relu()), block(identity())], { then: [relu()] }),
    residual([block(relu()), block(identity())], { then: [relu()] }),
    { before: [globalAvgPool()], linear: dense({ units: 10 }) },
  ]);
};

export default experiment({
  question: "What is a residual network with BatchNorm, written out?",
  hyper: { filters: 8, size: 32, learningRate: 0.1, steps: 200 },
  arms: ({ filters }) => ({ residual: { network: network(filters) } }),
  run: ({ arm, seed, batches, size, learningRate, steps }) =>
    batches({ size }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate, momentum: 0.9 }), { seed }),
      probes(loss(), norms()),
    ),
});
