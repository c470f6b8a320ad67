import * as tf from "@tensorflow/tfjs";
import { map } from "rxjs";
import { describe, expect, it } from "vitest";
import {
  adam,
  adamW,
  batchNorm,
  clipped,
  cosineDecay,
  exponentialDecay,
  frozen,
  injectNoise,
  linearWarmUp,
  mlp,
  muon,
  rmsProp,
  sam,
  sgd,
  stepDecay,
  train,
  type Optimizer,
} from "../../src/index.ts";
import { optimizerContract } from "../contracts/optimizer.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak, relativeError } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const MAKERS: Readonly<Record<string, (learningRate: number | ((step: number) => number)) => Optimizer>> = {
  "sgd with nesterov": (learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true }),
  "sgd with dampening": (learningRate) => sgd({ learningRate, momentum: 0.9, dampening: 0.1 }),
  adam: (learningRate) => adam({ learningRate, weightDecay: 0.01 }),
  "adam with amsgrad": (learningRate) => adam({ learningRate, amsgrad: true }),
  adamW: (learningRate) => adamW({ learningRate }),
  "rmsProp, centered": (learningRate) => rmsProp({ learningRate, centered: true, momentum: 0.5 }),
  muon: (learningRate) => muon({ learningRate }),
  "sam of adamW": (learningRate) => sam(adamW({ learningRate })),
  "clipped sam": (learningRate) => clipped(sam(sgd({ learningRate })), { norm: 0.1 }),
  "frozen adam": (learningRate) => frozen(adam({ learningRate }), /bias$/),
};

onEachBackend(() => {
  for (const [name, make] of Object.entries(MAKERS)) {
    describe(`contract: ${name}`, () => optimizerContract(() => make(0.1), [0.1, 0.1, 0.1]));
  }
  describe("contract: adam with a schedule", () =>
    optimizerContract(
      () => adam({ learningRate: linearWarmUp({ steps: 2, then: exponentialDecay({ initial: 0.5, factor: 0.5 }) }) }),
      [0.25, 0.5, 0.5, 0.25],
    ));

  it("sam takes the gradient up the hill, on the same batch with the same noise; the step shows the one below", async () => {
    const network = mlp({ hidden: [5], classes: 3, norm: batchNorm });
    const noise = () => injectNoise({ nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 });
    const radius = 0.3;
    const after = (optimizer: Optimizer, initial?: Readonly<Record<string, tf.Tensor>>) =>
      collect(
        toyBatches(1).pipe(
          train(network, optimizer, {
            seed: 1,
            activations: noise(),
            ...(initial && { initial: { params: initial } }),
          }),
          map(({ params, grads, next }) => ({ params: plain(params), grads: plain(grads), next: plain(next) })),
        ),
      );
    const [below] = await after(sgd({ learningRate: 0.1 }));
    const [walked] = await after(sam(sgd({ learningRate: 0.1 }), { radius }));
    const length = Math.hypot(...Object.values(below!.grads).flatMap(({ values }) => values));
    const above = Object.fromEntries(
      Object.entries(below!.params).map(([name, { shape, values }]) => {
        const moved = values.map((value, i) => value + (radius * below!.grads[name]!.values[i]!) / length);
        return [name, tf.tensor(moved, shape)];
      }),
    );
    const [there] = await after(sgd({ learningRate: 0.1 }), above);
    tf.dispose(above);
    for (const [name, { values }] of Object.entries(walked!.next)) {
      const expected = below!.params[name]!.values.map((value, i) => value - 0.1 * there!.grads[name]!.values[i]!);
      expect(relativeError(values, expected), name).toBeLessThan(1e-4);
    }
    expect(walked!.grads).toEqual(below!.grads);
  });

  it("sam leaves no tensor behind", async () => {
    const network = mlp({ hidden: [5], classes: 3, norm: batchNorm });
    await expectNoLeak(() => collect(toyBatches(3).pipe(train(network, sam(adam()), { seed: 1 }))));
  });
});

const plain = (tensors: Readonly<Record<string, tf.Tensor>>) =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, value]) => [name, { shape: value.shape, values: [...value.dataSync()] }]),
  );

describe("schedules", () => {
  const rates = (rate: (step: number) => number, steps: readonly number[]) => steps.map((step) => rate(step));

  it("are what their formulas say, beyond their ends too", () => {
    expect(rates(stepDecay({ initial: 1, every: 3, factor: 0.5 }), [0, 2, 3, 5, 6])).toEqual([1, 1, 0.5, 0.5, 0.25]);
    expect(rates(exponentialDecay({ initial: 2, factor: 1.5 }), [0, 1, 2])).toEqual([2, 3, 4.5]);
    const cosine = rates(cosineDecay({ initial: 1, steps: 4, final: 0.5 }), [0, 1, 2, 4, 99]);
    [1, 0.5 + 0.25 * (1 + Math.SQRT1_2), 0.75, 0.5, 0.5].forEach((rate, i) => expect(cosine[i]).toBeCloseTo(rate, 12));
    const warm = linearWarmUp({ steps: 4, from: 0.2, then: stepDecay({ initial: 1, every: 2, factor: 0.1 }) });
    [0.4, 0.6, 0.8, 1, 1, 1, 0.1].forEach((rate, i) => expect(warm(i)).toBeCloseTo(rate, 12));
  });

  it("are refused in a line, as options and when their rate is not one", async () => {
    expect(() => stepDecay({ initial: 1, every: 0.5 })).toThrow("stepDecay: every must be a whole number from 1 up");
    expect(() => cosineDecay({ initial: -1, steps: 5 })).toThrow("cosineDecay: initial must be a number from 0 up");
    expect(() => linearWarmUp({ steps: 3 } as never)).toThrow("linearWarmUp: then is missing");
    const adrift = adam({ learningRate: linearWarmUp({ steps: 1, then: () => NaN }) });
    const training = toyBatches(2).pipe(train(mlp({ hidden: [3], classes: 3 }), adrift, { seed: 1 }));
    await expect(collect(training)).rejects.toThrow("linearWarmUp: learningRate(0) gave NaN, not a number from 0 up");
  });
});

it("perturbs nothing that is frozen, and takes its gradient for no part of the distance", () => {
  const values = { a: [1, 2], b: [3, 4] };
  const gradients = { a: [3, 4], b: [100, 0] };
  const of = (all: typeof values) => ({ a: tf.tensor1d(all.a), b: tf.tensor1d(all.b) });
  const optimizer = frozen(sam(sgd({ learningRate: 1 }), { radius: 0.5 }), /^b$/);
  const there = tf.tidy(() => plain(optimizer.ascend!(of(values), of(gradients), 0)));
  expect(there["b"]!.values).toEqual([3, 4]);
  expect(relativeError(there["a"]!.values, [1.3, 2.4])).toBeLessThan(1e-6);
});

describe("optimizers say in a line what they cannot do:", () => {
  it.each<[string, () => unknown, string]>([
    ["nesterov alone", () => sgd({ learningRate: 1, nesterov: true }), "sgd: nesterov looks ahead"],
    ["nesterov, dampened", () => sgd({ learningRate: 1, momentum: 1, dampening: 1, nesterov: true }), "sgd: nesterov"],
    ["beta 1", () => adam({ beta1: 1 }), "adam: beta1 must be a number from 0 up and below 1, not 1"],
    ["a misspelt option", () => adamW({ lr: 1 } as never), "adamW: no option lr; there are learningRate"],
    ["two ways to clip", () => clipped(sgd({ learningRate: 1 }), { norm: 1, value: 1 }), "clipped: takes { norm } or"],
    ["no way to clip", () => clipped(sgd({ learningRate: 1 }), {}), "clipped: takes { norm } or { value }"],
    ["no pattern", () => frozen(sgd({ learningRate: 1 }), "bias" as never), "frozen: takes a pattern of names"],
    ["no radius", () => sam(sgd({ learningRate: 1 }), { radius: 0 }), "sam: radius must be finite and above 0"],
    [
      "what is frozen, perturbed",
      () => sam(frozen(sgd({ learningRate: 1 }), /bias$/)),
      "sam: it would move what is frozen up the gradient; write frozen(sam(…), pattern)",
    ],
    ["steps of no iteration", () => muon({ iterations: 0 }), "muon: iterations must be a whole number from 1 up"],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  it.each<[string, Optimizer]>([
    ["sgd", sgd({ learningRate: 1, weightDecay: 0.1, decay: /weight$/ })],
    ["adam", adam({ weightDecay: 0.1, decay: /weight$/ })],
    ["adamW", adamW({ decay: /weight$/ })],
    ["rmsProp", rmsProp({ weightDecay: 0.1, decay: /weight$/ })],
    ["muon", muon({ decay: /weight$/ })],
    ["sgd", clipped(sgd({ learningRate: 1, weightDecay: 0.1, decay: /weight$/ }), { norm: 1 })],
  ])("%s: a pattern of what decays that matches no parameter", async (name, optimizer) => {
    const training = toyBatches(1).pipe(train(mlp({ hidden: [3], classes: 3 }), optimizer, { seed: 1 }));
    await expect(collect(training)).rejects.toThrow(`${name}: no parameter matches decay /weight$/; there are layer1/`);
  });

  it("a pattern that matches no parameter, with those that there are", async () => {
    const still = frozen(sgd({ learningRate: 1 }), /^conv/);
    const training = toyBatches(1).pipe(train(mlp({ hidden: [3], classes: 3 }), still, { seed: 1 }));
    await expect(collect(training)).rejects.toThrow(
      "frozen: no parameter matches /^conv/; there are layer1/kernel, layer1/bias, layer2/kernel, layer2/bias",
    );
  });
});
