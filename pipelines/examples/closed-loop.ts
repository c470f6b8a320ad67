import { filter, map, take, takeUntil } from "rxjs";
import { batchNorm, closedLoop, experiment, loss, mlp, probes, sgd, train } from "gradstream";

export default experiment({
  question: "Does a loss that rises above its start come down when the rate is a tenth?",
  hyper: { size: 32, rate: 1, bound: 2.5, steps: 200 },
  arms: () => ({ standard: { network: mlp() }, batchNorm: { network: mlp({ norm: batchNorm }) } }),
  run: ({ arm, seed, batches, size, rate, bound, steps }) =>
    closedLoop(
      { rate },
      (readings) =>
        readings.pipe(
          filter(({ stat, value }) => stat === "loss" && value > bound),
          map(() => ({ rate: rate / 10 })),
        ),
      ({ now, end }) =>
        batches({ size }).pipe(
          take(steps),
          takeUntil(end),
          train(arm.network, sgd({ learningRate: now.rate }), { seed }),
          probes(loss()),
        ),
    ),
});
