import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { valueAndGradients } from "../../src/core/gradients.ts";
import { crossEntropy } from "../../src/core/losses.ts";
import type { Network, Tap } from "../../src/core/network.ts";
import { rootKey } from "../../src/core/random.ts";
import {
  batchNorm,
  deepLinear,
  filterResponseNorm,
  groupNorm,
  identity,
  instanceNorm,
  l1Norm,
  l2Norm,
  layerNorm,
  lInfNorm,
  mlp,
  rmsNorm,
  sgd,
  tlu,
  vgg,
  weightNorm,
  weightStandardization,
  type Layer,
  type Norm,
} from "../../src/index.ts";
import { normContract } from "../contracts/layer.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { gaussian, relativeError } from "../fixtures/tensors.ts";
import { describeUnless } from "../fixtures/unless.ts";

const NORMS: Readonly<Record<string, Norm>> = {
  batchNorm,
  l1Norm,
  l2Norm,
  lInfNorm,
  layerNorm,
  groupNorm,
  instanceNorm,
  rmsNorm,
  filterResponseNorm,
  weightNorm,
  weightStandardization,
};
const NEEDS_POSITIONS = ["instanceNorm", "filterResponseNorm"];
const ON_VECTORS = Object.entries(NORMS).filter(([name]) => !NEEDS_POSITIONS.includes(name));
const tap: Tap = (_layer, _site, value) => value;

const trained = (layer: Layer, x: Tensor): Tensor => {
  const { params, state } = layer.init(rootKey(1), x.shape.slice(1));
  return layer.apply(params, state, x, "train")[0];
};
const expectSame = (a: Tensor, b: Tensor, bound = 1e-4): void =>
  expect(relativeError(a.dataSync(), b.dataSync())).toBeLessThan(bound);

onEachBackend(() => {
  describe.each(Object.entries(NORMS))("norm contract on images: %s", (_name, norm) => normContract(norm, [3, 4, 6]));
  describe.each(ON_VECTORS)("norm contract on vectors: %s", (_name, norm) => normContract(norm, [7]));

  it("the norms of an example are blind to a shift of the values that share a mean", () => {
    const x = gaussian([5, 3, 4, 6], 1);
    expectSame(trained(layerNorm(), tf.add(x, gaussian([5, 1, 1, 1], 2))), trained(layerNorm(), x));
    expectSame(trained(instanceNorm(), tf.add(x, gaussian([5, 1, 1, 6], 2))), trained(instanceNorm(), x));
    const grouped = tf.reshape(tf.add(tf.reshape(x, [5, 12, 2, 3]), gaussian([5, 1, 2, 1], 2)), x.shape);
    const norm = groupNorm({ groups: 2 });
    expectSame(trained(norm, grouped), trained(norm, x));
  });

  it("groupNorm with one group is layerNorm, with as many as units instanceNorm", () => {
    const x = gaussian([5, 3, 4, 6], 1);
    expectSame(trained(groupNorm({ groups: 1 }), x), trained(layerNorm(), x), 1e-6);
    expectSame(trained(groupNorm({ groups: 6 }), x), trained(instanceNorm(), x), 1e-6);
  });

  it("l_p norms of centred Gaussian units: l_2 is BatchNorm, l_1 leaves the deviation sqrt(π/2), l_∞ the bound 1", () => {
    const raw = gaussian([4000, 3], 1);
    const x = tf.mul(tf.sub(raw, tf.mean(raw, 0)), tf.tensor1d([1, 5, 0.2]));
    expectSame(trained(l2Norm(), x), trained(batchNorm(), x), 1e-5);
    const { variance } = tf.moments(trained(l1Norm(), x), 0);
    for (const value of variance.dataSync()) expect(Math.sqrt(value / (Math.PI / 2))).toBeCloseTo(1, 1);
    for (const value of tf.max(tf.abs(trained(lInfNorm(), x)), 0).dataSync()) expect(value).toBeCloseTo(1, 3);
  });

  it("l_p norms take their denominator before the mean is subtracted", () => {
    const x = tf.tensor2d([[1], [3]]);
    const expected = { l1Norm: 1 / 2, l2Norm: 1 / Math.sqrt(5), lInfNorm: 1 / 3 };
    for (const [name, value] of Object.entries(expected)) {
      const y = trained(NORMS[name]!(), x).dataSync();
      expect([...y]).toEqual([expect.closeTo(-value, 4), expect.closeTo(value, 4)]);
    }
  });

  it.each(Object.entries({ l1Norm, l2Norm, lInfNorm }))("%s evaluates by running averages", (_name, norm) => {
    const layer = norm({ momentum: 1 });
    const x = tf.add(gaussian([16, 2, 2, 3], 1), 0.7);
    const { params, state } = layer.init(rootKey(1), [2, 2, 3]);
    const [y, next] = layer.apply(params, state, x, "train");
    expectSame(layer.apply(params, next, x, "evaluate")[0], y, 1e-5);
  });

  it("values that share the maximum get equal parts of its gradient, as PyTorch's amax gives them", () => {
    const x = tf.tensor2d([[2], [-2], [1], [0]]);
    const dy = tf.tensor2d([[1], [0.5], [-1], [2]]);
    const layer = lInfNorm({ epsilon: 0 });
    const { params, state } = layer.init(rootKey(1), [1]);
    const f = () => tf.sum<tf.Scalar>(tf.mul(layer.apply(params, state, x, "train")[0], dy));
    // dx = (dy - mean dy) / 2 - Σ(c dy) / 4 · sign x / 2 at the two maximizers; c = x - 1/4 and Σ(c dy) = -0.625.
    const expected = [0.1875 + 0.078125, -0.0625 - 0.078125, -0.8125, 0.6875];
    valueAndGradients(f, { x })
      .grads["x"]!.dataSync()
      .forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  it.each(Object.entries({ batchNorm, l1Norm, l2Norm, lInfNorm }))(
    "%s refuses a batch that leaves a single value per unit, in several batches too, unless it evaluates",
    (name, norm) => {
      const layer = norm();
      for (const shape of [[3], [1, 1, 3]]) {
        const { params, state } = layer.init(rootKey(1), shape);
        const apply = (count: number, mode: "train" | "probe" | "evaluate", batchCount?: number) =>
          layer.apply(params, state, gaussian([count, ...shape], 1), mode, batchCount)[0].shape;
        const message = `${name}: a batch of [${[1, ...shape]}] leaves a single value to each unit's statistics`;
        for (const mode of ["train", "probe"] as const) {
          expect(() => apply(1, mode)).toThrow(message);
          expect(() => apply(3, mode, 3)).toThrow("leaves a single value");
          expect(apply(2, mode)).toEqual([2, ...shape]);
          expect(apply(4, mode, 2)).toEqual([4, ...shape]);
        }
        expect(apply(1, "evaluate")).toEqual([1, ...shape]);
      }
      const { params, state } = layer.init(rootKey(1), [2, 1, 3]);
      expect(layer.apply(params, state, gaussian([1, 2, 1, 3], 1), "train")[0].shape).toEqual([1, 2, 1, 3]);
    },
  );

  it("the norms of an example refuse one of a single value per statistic, whatever init met", () => {
    const layer = instanceNorm();
    const { params, state } = layer.init(rootKey(1), [2, 2, 3]);
    expect(() => layer.apply(params, state, gaussian([4, 1, 1, 3], 1), "train")).toThrow(
      "instanceNorm: examples of [1,1,3] leave a single value to each statistic",
    );
  });

  it("weightNorm starts as the network without it", () => {
    const [plain, normed] = [undefined, weightNorm].map((norm) => {
      const network = vgg({ depth: 11, width: 2, norm });
      const { params, state } = network.init(rootKey(3), [32, 32, 3]);
      return network.apply(params, state, gaussian([2, 32, 32, 3], 1), { mode: "train", tap }).logits;
    });
    expectSame(normed!, plain!, 1e-5);
  });

  it("weightStandardization is blind to a positive affine change of each unit's kernel", () => {
    const network = mlp({ hidden: [5], norm: () => weightStandardization({ norm: identity, epsilon: 1e-9 }) });
    const { params, state } = network.init(rootKey(3), [40]);
    const kernel = tf.add(
      tf.mul(params["layer1/kernel"]!, tf.tensor1d([1, 2, 3, 4, 5])),
      tf.tensor1d([0, 0.1, -0.2, 0.3, 1]),
    );
    const pass = (own: typeof params) => network.apply(own, state, gaussian([4, 40], 1), { mode: "train", tap }).logits;
    expectSame(pass({ ...params, "layer1/kernel": kernel }), pass(params));
  });
});

describe("networks with every norm", () => {
  /** Losses of steps of SGD on one batch, then the loss in evaluation. */
  function losses(network: Network, shape: readonly number[], learningRate: number): number[] {
    const x = gaussian([16, ...shape], 1);
    const labels = tf.tensor1d(
      Array.from({ length: 16 }, (_, i) => i % 10),
      "int32",
    );
    let { params, state } = network.init(rootKey(1), shape);
    const optimizer = sgd({ learningRate });
    const found = Array.from({ length: 20 }, (_, step) => {
      const { value, grads } = valueAndGradients(() => {
        const output = network.apply(params, state, x, { mode: "train", tap });
        state = output.state;
        for (const tensor of Object.values(state)) tf.keep(tensor);
        return crossEntropy(output.logits, labels);
      }, params);
      ({ params } = optimizer.update(params, grads, {}, step));
      return value.dataSync()[0]!;
    });
    const { logits } = network.apply(params, state, x, { mode: "evaluate", tap });
    return [...found, crossEntropy(logits, labels).dataSync()[0]!];
  }

  const expectTraining = (values: readonly number[], bound = 0.9): void => {
    expect(values.every(Number.isFinite)).toBe(true);
    const mean = (some: readonly number[]) => some.reduce((sum, value) => sum + value, 0) / some.length;
    expect(mean(values.slice(15, 20))).toBeLessThan(bound * mean(values.slice(0, 5)));
  };

  onEachBackend((backend) => {
    it.each(ON_VECTORS)("mlp trains with %s", (_name, norm) => {
      expectTraining(losses(mlp({ hidden: [32, 32], norm }), [20], 0.1));
    });
    const slow = backend === "cpu" ? "it takes the pure-JavaScript backend minutes" : undefined;
    describeUnless(slow, "vgg", () => {
      it.each(Object.entries(NORMS))("trains with %s", (name, norm) => {
        // weightNorm leaves the signal as small as the kernels make it.
        const bound = name === "weightNorm" ? 0.98 : 0.9;
        const head = NEEDS_POSITIONS.includes(name) ? { head: [] } : {};
        expectTraining(losses(vgg({ depth: 11, width: 4, norm, ...head }), [32, 32, 3], 0.1), bound);
      });
      it("trains with filterResponseNorm and tlu", () => {
        const network = vgg({ depth: 11, width: 4, norm: filterResponseNorm, nonlinearity: tlu, head: [] });
        expectTraining(losses(network, [32, 32, 3], 0.1));
      });
    });
  });
});

describe("building with norms", () => {
  const names = (network: Network, shape: readonly number[]) =>
    Object.keys(network.init(rootKey(0), shape).params).filter((name) => name.startsWith("layer1/"));

  it.each([
    ["batchNorm", ["kernel", "scale", "shift"]],
    ["l1Norm", ["kernel", "scale", "shift"]],
    ["layerNorm", ["kernel", "bias", "scale", "shift"]],
    ["rmsNorm", ["kernel", "bias", "scale"]],
    ["weightNorm", ["kernel", "bias", "gain"]],
    ["weightStandardization", ["kernel", "bias", "scale", "shift"]],
  ])("a bias goes only where %s would take it away", (name, roles) => {
    const expected = roles.map((role) => `layer1/${role}`);
    expect(names(mlp({ hidden: [4], norm: NORMS[name] }), [3])).toEqual(expected);
    expect(names(vgg({ depth: 11, width: 2, norm: NORMS[name] }), [32, 32, 3])).toEqual(expected);
  });

  it("names the norm, shows its site and draws the same kernels, whatever the norm", () => {
    const plain = vgg({ depth: 11, width: 2 }).init(rootKey(5), [32, 32, 3]).params["layer3/kernel"]!.dataSync();
    for (const [name, norm] of Object.entries(NORMS)) {
      const network = vgg({ depth: 11, width: 2, norm, head: [] });
      expect(network.name).toContain(name);
      expect(network.layers[0]!.sites).toContain("norm");
      expect(network.init(rootKey(5), [32, 32, 3]).params["layer3/kernel"]!.dataSync(), name).toEqual(plain);
    }
    for (const [name, norm] of ON_VECTORS) {
      const network = deepLinear({ depth: 2, norm });
      expect(network.name).toContain(name);
      expect(Object.keys(network.init(rootKey(0), [10]).params), name).not.toContain("layer1/bias");
    }
  });

  it("says in a line what a norm cannot take", () => {
    const build = (network: Network, shape: readonly number[]) => () => network.init(rootKey(0), shape);
    expect(build(mlp({ hidden: [6], norm: () => groupNorm({ groups: 4 }) }), [3])).toThrow(
      "groupNorm: 4 groups do not divide 6 units",
    );
    expect(() => groupNorm({ groups: 1.5 })).toThrow("groupNorm: groups must be a whole number from 1 up, not 1.5");
    for (const name of NEEDS_POSITIONS) {
      expect(build(mlp({ hidden: [6], norm: NORMS[name] }), [3])).toThrow(
        `${name}: examples of [6] leave a single value to each statistic`,
      );
    }
  });
});

it("names a network with weight standardization by it, whatever norm follows", () => {
  const of = (norm: typeof batchNorm) => mlp({ hidden: [4], classes: 2, norm }).name;
  const standardized = of(() => weightStandardization({ norm: batchNorm }));
  expect(standardized).toContain("weightStandardization, batchNorm");
  expect(standardized).not.toBe(of(batchNorm));
});
