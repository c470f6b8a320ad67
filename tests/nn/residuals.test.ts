import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { from, map } from "rxjs";
import { describe, expect, it } from "vitest";
import {
  attention,
  batchNorm,
  conv,
  crossEntropy,
  dense,
  dropout,
  dynamicTanh,
  flatten,
  identity,
  injectNoise,
  layered,
  layerNorm,
  positions,
  positionwise,
  probes,
  ics,
  relu,
  residual,
  resnet,
  rootKey,
  sequence,
  sgd,
  rmsNorm,
  tanh,
  transformer,
  tokenMean,
  train,
  type Block,
  type Network,
  type Tap,
} from "gradstream";
import { valueAndGradients } from "../../src/core/gradients.ts";
import { linearize } from "../../src/core/tangents/linearize.ts";
import { layerContract } from "../contracts/layer.ts";
import { networkContract } from "../contracts/network.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { foreignNetwork } from "../fixtures/foreign-network.ts";
import { toTensor, type Golden } from "../fixtures/goldens.ts";
import { collect } from "../fixtures/streams.ts";
import { gaussian, relativeError } from "../fixtures/tensors.ts";
import { toyBatch, toyBatches } from "../fixtures/toy-batches.ts";

interface NetworkGolden {
  readonly batch: { readonly examples: Golden; readonly labels: number[] };
  readonly params: Readonly<Record<string, Golden>>;
  readonly logits: Golden;
  readonly loss: number;
  readonly grads: Readonly<Record<string, Golden>>;
  readonly hessianTimesGrads: Readonly<Record<string, Golden>>;
}

const { cases } = JSON.parse(readFileSync(new URL("../fixtures/networks.json", import.meta.url), "utf8")) as {
  cases: Readonly<Record<string, NetworkGolden>>;
};
const NETWORKS: Readonly<Record<string, Network>> = {
  resnet8: resnet({ depth: 8, width: 2, norm: batchNorm, classes: 4 }),
  "transformer layerNorm before": transformer({ vocabulary: 7, depth: 1, width: 4, heads: 2, classes: 3 }),
  "transformer rmsNorm after, causal": transformer({
    vocabulary: 7,
    depth: 1,
    width: 4,
    heads: 2,
    classes: 3,
    norm: rmsNorm,
    place: "after",
    causal: true,
  }),
};

const tap: Tap = (_layer, _site, value) => value;
const units = 5;
const hidden = (nonlinearity = tanh()): Block => ({ linear: dense({ units }), norm: batchNorm(), nonlinearity });
const nested = layered("nested", [
  hidden(),
  residual(
    [
      hidden(),
      residual(
        [{ before: [layerNorm()], linear: dense({ units: 4 }), nonlinearity: tanh(), then: [dropout({ rate: 0.3 })] }],
        {
          shortcut: { linear: sequence([dense({ units: 4, bias: false }), batchNorm()]) },
        },
      ),
      { linear: dense({ units }) },
    ],
    { shortcut: sequence([dense({ units }), tanh()]), then: [tanh()] },
  ),
  { linear: dense({ units: 3 }) },
]);

onEachBackend(() => {
  describe("contract: resnet", () => {
    networkContract({ network: resnet({ depth: 8, width: 2, norm: batchNorm, classes: 3 }), shape: [8, 8, 2] });
  });
  describe("contract: residuals in residuals, with shortcuts, sequences and dropout", () => {
    networkContract({ network: nested, shape: [7] });
  });
  describe("contract: transformer", () => {
    const small = { depth: 1, width: 4, heads: 2, classes: 3 };
    networkContract({ network: transformer(small), shape: [5, 3] });
    networkContract({ network: transformer({ ...small, norm: rmsNorm, place: "after", causal: true }), shape: [5, 3] });
    networkContract({ network: transformer({ ...small, norm: dynamicTanh }), shape: [5, 3] });
  });
  describe("contract: attention", () => {
    layerContract({ layer: attention({ heads: 2 }), shape: [3, 4] });
    layerContract({ layer: attention({ causal: true, bias: false }), shape: [5, 3] });
    layerContract({ layer: positions(), shape: [3, 4] });
    layerContract({ layer: positionwise(layerNorm()), shape: [3, 4] });
    layerContract({ layer: dynamicTanh(), shape: [3, 4] });
    layerContract({ layer: tokenMean(), shape: [3, 4] });
  });
  describe("contract: a network of somebody else", () => {
    networkContract({ network: foreignNetwork(6, 3), shape: [6] });
  });
  describe("contract: conv with a stride", () => {
    layerContract({ layer: conv({ filters: 3, stride: 2 }), shape: [5, 4, 2] });
    layerContract({ layer: conv({ filters: 3, size: 1, stride: 3 }), shape: [5, 7, 2] });
  });
  describe("contract: sequence", () => {
    layerContract({ layer: sequence([dense({ units: 4 }), batchNorm(), dropout({ rate: 0.5 }), tanh()]), shape: [6] });
  });
  describe("contract: dropout", () => layerContract({ layer: dropout({ rate: 0.4 }), shape: [3, 4] }));

  describe.each(Object.entries(cases))("PyTorch's %s", (name, golden) => {
    it("has the same logits, loss, gradients and product of Hessian and gradients", () => {
      const network = NETWORKS[name]!;
      const { state, params: own } = network.init(rootKey(0), golden.batch.examples.shape.slice(1));
      expect(Object.keys(own).sort()).toEqual(Object.keys(golden.params).sort());
      const params = Object.fromEntries(Object.entries(golden.params).map(([key, value]) => [key, toTensor(value)]));
      const [x, labels] = [toTensor(golden.batch.examples), tf.tensor1d(golden.batch.labels, "int32")];
      const { logits } = network.apply(params, state, x, { mode: "probe", tap });
      expect(relativeError(logits.dataSync(), golden.logits.values)).toBeLessThan(1e-5);
      const at = (values: typeof params) =>
        valueAndGradients(
          () => crossEntropy(network.apply(values, state, x, { mode: "probe", tap }).logits, labels),
          values,
        );
      const { value, grads } = at(params);
      expect(value.dataSync()[0]).toBeCloseTo(golden.loss, 5);
      const linear = linearize(() => at(params).grads, params);
      const product = linear.product(grads);
      linear.dispose();
      const flat = (of: (key: string) => Iterable<number>) => Object.keys(params).flatMap((key) => [...of(key)]);
      expect(
        relativeError(
          flat((key) => grads[key]!.dataSync()),
          flat((key) => golden.grads[key]!.values),
        ),
      ).toBeLessThan(2e-5);
      expect(
        relativeError(
          flat((key) => product[key]!.dataSync()),
          flat((key) => golden.hessianTimesGrads[key]!.values),
        ),
      ).toBeLessThan(2e-4);
    });
  });

  it("a residual is the sum of its input and its branch, and gradients and noise pass both", async () => {
    const network = layered("sum", [
      residual([{ linear: dense({ units: 6 }), nonlinearity: tanh() }]),
      { linear: dense({ units: 3 }) },
    ]);
    const [error] = await collect(
      toyBatches(1, { shape: [6] }).pipe(
        train(network, sgd({ learningRate: 0.1 }), {
          seed: 1,
          activations: injectNoise({ site: "output", nMu: 0.5, nSigma: 1.5, rMu: 0.1, rSigma: 0.1 }),
        }),
        map((step) => {
          const branch = step.activations.find(({ layer, site }) => layer === 1 && site === "output")!.value;
          const above = tf.add(tf.tensor(step.batch.examples, [step.batch.size, 6]), branch);
          const linear = step.activations.find(({ layer, site }) => layer === 2 && site === "linear")!.value;
          const expected = tf.add(tf.matMul(above, step.params["layer2/kernel"]!), step.params["layer2/bias"]!);
          return relativeError(linear.dataSync(), expected.dataSync());
        }),
      ),
    );
    expect(error).toBeLessThan(1e-5);
  });

  it("dropout drops its rate of values, the same at other parameters of a step, others at the next", async () => {
    const rate = 0.25;
    const network = layered("dropping", [
      { linear: dense({ units: 400 }), nonlinearity: identity(), then: [dropout({ rate })] },
      { linear: dense({ units: 3 }) },
    ]);
    const seen = await collect(
      toyBatches(2, { shape: [6] }).pipe(
        train(network, sgd({ learningRate: 0.1 }), { seed: 1 }),
        map((step) => {
          const [own, next] = [step.params, step.next].map((params) => [...step.pass(params, { to: 1 }).dataSync()]);
          const whole = relativeError(step.pass(step.params).dataSync(), step.logits.dataSync());
          const kept = step.predict(step.batch.examples, step.batch.size).dataSync().slice();
          return { dropped: own!.map((v) => v === 0), again: next!.map((v) => v === 0), whole, kept: [...kept] };
        }),
      ),
    );
    for (const { dropped, again, whole } of seen) {
      expect(again).toEqual(dropped);
      expect(whole).toBe(0);
      const share = dropped.filter(Boolean).length / dropped.length;
      expect(Math.abs(share - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / dropped.length));
    }
    expect(seen[0]!.dropped).not.toEqual(seen[1]!.dropped);
  });
});

describe("residuals", () => {
  it("number their layers in order of computation, a branch before its shortcut, and name tensors by them", () => {
    expect(nested.layers.map(({ name }) => name)).toEqual([
      "dense(5)",
      "dense(5)",
      "dense(4)",
      "sequence(dense(4), batchNorm)",
      "dense(5)",
      "dense(3)",
    ]);
    expect(nested.layers[4]!.parts).toEqual(["dense(5)", "sequence(dense(5), tanh)", "sum", "tanh"]);
    const { params, state } = nested.init(rootKey(0), [7]);
    const own = Object.keys(params).filter((name) => /^layer[345]/.test(name));
    expect(own).toEqual([
      "layer3/before1/scale",
      "layer3/before1/shift",
      "layer3/kernel",
      "layer3/bias",
      "layer4/part1/kernel",
      "layer4/part2/scale",
      "layer4/part2/shift",
      "layer5/kernel",
      "layer5/bias",
      "layer5/shortcut1/part1/kernel",
      "layer5/shortcut1/part1/bias",
    ]);
    expect(Object.keys(state).filter((name) => name.startsWith("layer4"))).toEqual([
      "layer4/part2/mean",
      "layer4/part2/variance",
    ]);
  });

  it("whose shapes differ are one clear line before step 0", async () => {
    const network = layered("unlike", [
      { linear: conv({ filters: 4 }), nonlinearity: relu() },
      residual([{ linear: conv({ filters: 8, stride: 2 }) }]),
      { linear: dense({ units: 3 }), before: [flatten()] },
    ]);
    const run = collect(
      from([toyBatch(0)]).pipe(train(network, sgd({ learningRate: 0.1 }), { seed: 0 }), probes(ics())),
    );
    await expect(run).rejects.toThrow(
      "layer 2: the two ends of a residual are [4,4,4] and [2,2,8]; give it a shortcut that makes them alike",
    );
  });

  it("say what they cannot be made of", () => {
    expect(() => residual([])).toThrow("residual: needs a list of blocks");
    expect(() => residual([relu() as never])).toThrow("residual: block 1");
    expect(() => residual([{ linear: dense({ units: 2 }) }], { shortcut: 3 as never })).toThrow(
      "residual: shortcut must be",
    );
    expect(() => sequence([])).toThrow("sequence: needs a list of layers");
    expect(() => dropout({ rate: 1 })).toThrow("dropout: rate must be a number from 0 up and below 1, not 1");
    expect(() => resnet({ depth: 18 })).toThrow("resnet: depth must be 6 n + 2, such as 8, 14, 20 or 56, not 18");
    const [x, wrong] = [gaussian([2, 7], 1), gaussian([2, 4], 1)];
    const { params, state } = nested.init(rootKey(0), [7]);
    expect(() => nested.apply(params, state, x, { mode: "train", tap })).toThrow(
      "layer 3: dropout: this pass has no key",
    );
    expect(() => nested.apply(params, state, wrong, { mode: "probe", tap, from: 3 })).toThrow(
      "layer 3 stands inside a residual: a pass from it takes what a pass to layer 2 gives, not [2,4]",
    );
  });

  it("of a ResNet-20 of width 16 are 270 thousand parameters, as in the paper, in twenty layers", () => {
    const network = resnet({ norm: batchNorm });
    expect(network.name).toBe("resnet20 width 16, batchNorm, heNormal(fan in)");
    expect(network.layers).toHaveLength(20);
    const { params } = network.init(rootKey(0), [32, 32, 3]);
    const count = Object.values(params).reduce((sum, { size }) => sum + size, 0);
    expect(Math.round(count / 1e4)).toBe(27);
  });
});
