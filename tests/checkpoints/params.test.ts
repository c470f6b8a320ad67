import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { from, take } from "rxjs";
import { expect, it } from "vitest";
import {
  batchNorm,
  halfSquares,
  loadParams,
  mlp,
  saveParams,
  sgd,
  train,
  UserError,
  type Batch,
  type Network,
  type Params,
} from "gradstream";
import { onEachBackend } from "../fixtures/backends.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { readSafetensors } from "../fixtures/safetensors.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const plain = (params: Params) =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, [value.shape, [...value.dataSync()]]]));

/** One weight: f(x) = w x. */
const line: Network = {
  name: "line",
  layers: [],
  init: () => ({ params: { "layer1/kernel": tf.tensor2d([[100]]) }, state: {} }),
  apply: (params, state, x) => ({ logits: tf.matMul(x, params["layer1/kernel"]!), state }),
};
const point: Batch = {
  step: 0,
  epoch: 0,
  size: 1,
  shape: [1],
  examples: Float32Array.of(2),
  labels: Float32Array.of(3),
};

onEachBackend(() => {
  it("saves what a step ends with, inside its push, and loads it bit for bit", async () => {
    const path = join(temporaryFolder(), "a.safetensors");
    let saved: Promise<void> | undefined;
    let expected: unknown;
    await expectNoLeak(async () => {
      await toyBatches(2)
        .pipe(train(mlp({ hidden: [4], classes: 3, norm: batchNorm }), sgd({ learningRate: 0.1 }), { seed: 0 }))
        .forEach(({ next, states }) => {
          expected = [plain(next), plain(states.after)];
          saved = saveParams(path, { params: next, state: states.after });
        });
      await saved;
      const { params, state } = await loadParams(path);
      expect([plain(params), plain(state)]).toEqual(expected);
      tf.dispose([params, state]);
    });
    expect(Object.keys(readSafetensors(path).tensors)).toContain("params/layer1/kernel");
    expect(readdirSync(join(path, ".."))).toEqual(["a.safetensors"]);
  });

  it("starts training from given parameters, which stay the giver's", async () => {
    const initial = { params: { "layer1/kernel": tf.tensor2d([[1]]) } };
    const steps = await collect(
      from([point]).pipe(train(line, sgd({ learningRate: 0.1 }), { seed: 0, loss: halfSquares, initial }), take(1)),
    ).catch((error: unknown) => error);
    expect(steps).toHaveLength(1);
    const losses: number[] = [];
    const weights: number[] = [];
    await from([point, { ...point, step: 1 }])
      .pipe(train(line, sgd({ learningRate: 0.1 }), { seed: 0, loss: halfSquares, initial }))
      .forEach(({ loss, next }) => {
        losses.push(loss.dataSync()[0]!);
        weights.push(next["layer1/kernel"]!.dataSync()[0]!);
      });
    // ½ (1·2 - 3)² = ½; gradient (1·2 - 3)·2 = -2, so w = 1.2; then ½ (2.4 - 3)² = 0.18, gradient -1.2, w = 1.32.
    expect(losses[0]).toBeCloseTo(0.5, 6);
    expect(losses[1]).toBeCloseTo(0.18, 6);
    expect(weights[0]).toBeCloseTo(1.2, 6);
    expect(weights[1]).toBeCloseTo(1.32, 6);
    expect(initial.params["layer1/kernel"].dataSync()[0]).toBe(1);
    tf.dispose(initial.params);
  });

  it("goes on with parameters and running statistics as one training would", async () => {
    const path = join(temporaryFolder(), "a.safetensors");
    const network = mlp({ hidden: [4], classes: 3, norm: batchNorm });
    const losses: number[] = [];
    let saved: Promise<void> | undefined;
    await toyBatches(4)
      .pipe(train(network, sgd({ learningRate: 0.1 }), { seed: 0 }))
      .forEach(({ step, loss, next, states }) => {
        losses.push(loss.dataSync()[0]!);
        if (step === 1) saved = saveParams(path, { params: next, state: states.after });
      });
    await saved;
    const initial = await loadParams(path);
    const rest = (await collect(toyBatches(4))).slice(2);
    const again: number[] = [];
    await from(rest)
      .pipe(train(network, sgd({ learningRate: 0.1 }), { seed: 9, initial }))
      .forEach(({ loss }) => void again.push(loss.dataSync()[0]!));
    expect(again).toEqual(losses.slice(2));
    tf.dispose([initial.params, initial.state]);
  });
});

it("says in one line what cannot be loaded, saved or begun with", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.safetensors");
  const refused = async (attempt: Promise<unknown>, message: RegExp) => {
    const error: unknown = await attempt.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toMatch(message);
  };
  await refused(loadParams(path), /^loadParams: ENOENT/);
  writeFileSync(path, "no tensors at all");
  await refused(loadParams(path), /^loadParams: .*header claims/);
  await saveParams(path, { params: {} });
  await refused(loadParams(path), /has no parameters params\/…$/);
  await refused(saveParams(path, { parameters: {} } as never), /^saveParams: no option parameters/);
  await refused(saveParams(path, { params: { a: tf.tensor(["x"]) } }), /tensors of string cannot be saved/);
  mkdirSync(join(folder, "folder"));
  await expect(saveParams(join(folder, "folder"), { params: {} })).rejects.toThrow();
  expect(existsSync(join(folder, "folder"))).toBe(true);

  const begin = (initial: unknown) =>
    collect(
      toyBatches(1).pipe(
        train(mlp({ hidden: [4], classes: 3 }), sgd({ learningRate: 0.1 }), { seed: 0, initial } as never),
      ),
    );
  const { params } = mlp({ hidden: [5], classes: 3 }).init({ hi: 0, lo: 0 }, [4, 4, 2]);
  await refused(begin({ params }), /^train: initial\.params have layer1\/kernel of \[32,5\], which is \[32,4\]/);
  await refused(begin({ params: {} }), /^train: initial\.params have no layer1\/kernel/);
  const right = mlp({ hidden: [4], classes: 3 }).init({ hi: 0, lo: 0 }, [4, 4, 2]).params;
  await refused(begin({ params: { ...right, odd: tf.scalar(0) } }), /have odd, which this network has not/);
  expect(() => train(mlp(), sgd({ learningRate: 1 }), { seed: 0, initial: [] as never })).toThrow(/initial must be/);
});
