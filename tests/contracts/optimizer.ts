import * as tf from "@tensorflow/tfjs";
import { map } from "rxjs";
import { expect, it } from "vitest";
import { curvature, gradientSteps, hessian, mlp, norms, probes, train, type Optimizer } from "gradstream";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

/** What every optimizer must do; `rates` are those of its first steps. */
export function optimizerContract(make: () => Optimizer, rates: readonly number[]): void {
  const training = (optimizer = make()) => train(mlp({ hidden: [6], classes: 3 }), optimizer, { seed: 1 });
  const batches = () => toyBatches(rates.length);

  it("gives each step the rate that made it, and every reading that rests on a rate", async () => {
    expect(
      await collect(
        batches().pipe(
          training(),
          map((step) => step.learningRate),
        ),
      ),
    ).toEqual(rates);
    const records = await collect(
      batches().pipe(
        training(),
        probes(
          gradientSteps({ distances: { learningRates: [0.5, 2] } }),
          curvature(),
          hessian({ iterations: 2 }),
          norms({ layers: [1] }),
        ),
      ),
    );
    const edges = rates.map((rate) => 2 / rate);
    // Of the walk, the sharpness and the Hessian, one for each step.
    expect(valuesOf(records, "edge_of_stability")).toEqual(edges.flatMap((edge) => [edge, edge, edge]));
    const distances = records.flatMap((r) =>
      r.kind === "reading" && r.stat === "gradient_difference" ? r.distance : [],
    );
    expect(distances).toEqual(rates.flatMap((rate) => [0.5 * rate, 2 * rate]));
  });

  it("trains alike twice, watched or not, and leaves no tensor behind", async () => {
    const weights = () =>
      collect(
        batches().pipe(
          training(),
          map(({ next }) => [...next["layer1/kernel"]!.dataSync()]),
        ),
      );
    const plain = await weights();
    expect(await weights()).toEqual(plain);
    await expectNoLeak(() => collect(batches().pipe(training(), probes(norms(), curvature()))));
    const optimizer = make();
    const runs = await Promise.all(
      [1, 2].map(() =>
        collect(
          batches().pipe(
            training(optimizer),
            map(({ learningRate }) => learningRate),
          ),
        ),
      ),
    );
    expect(runs).toEqual([rates, rates]);
  });

  it("is pure: what goes in stays, and the same gives the same", () => {
    const optimizer = make();
    const params = { "layer1/kernel": tf.tensor2d([[1, -2]]), "layer1/bias": tf.tensor1d([0.5, 3]) };
    const grads = { "layer1/kernel": tf.tensor2d([[0.3, 4]]), "layer1/bias": tf.tensor1d([-1, 0]) };
    const state = optimizer.init(params);
    const all = [params, grads, state].flatMap((tensors) => Object.values<tf.Tensor>(tensors));
    const before = all.map((tensor) => [...tensor.dataSync()]);
    const [once, twice] = [1, 2].map(() => optimizer.update(params, grads, state, 0));
    expect(all.map((tensor) => [...tensor.dataSync()])).toEqual(before);
    expect(Object.keys(once!.state)).toEqual(Object.keys(state));
    for (const name of Object.keys(params)) {
      expect([...once!.params[name]!.dataSync()]).toEqual([...twice!.params[name]!.dataSync()]);
    }
    expect(once!.learningRate).toBe(rates[0]);
  });
}
