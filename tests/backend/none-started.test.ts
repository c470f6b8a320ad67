import { from, lastValueFrom, map, toArray } from "rxjs";
import { expect, it } from "vitest";
import { batchNorm, mlp, normal, rootKey, sgd, train } from "gradstream";

it("trains on the processor where no backend was started", async () => {
  const batch = { epoch: 0, size: 4, shape: [3], examples: normal(rootKey(0), 12), labels: Int32Array.of(0, 1, 0, 1) };
  const network = mlp({ hidden: [4], classes: 2, norm: batchNorm });
  const training = train(network, sgd({ learningRate: 0.5, momentum: 0.9 }), { seed: 0 });
  const batches = Array.from({ length: 10 }, (_, step) => ({ ...batch, step }));
  const losses = await lastValueFrom(
    from(batches).pipe(
      training,
      map(({ loss }) => loss.dataSync()[0]!),
      toArray(),
    ),
  );
  expect(losses).toHaveLength(10);
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
});
