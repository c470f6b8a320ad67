import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { valueAndGradients } from "../../src/core/gradients.ts";
import { rootKey } from "../../src/core/random.ts";
import { linearize } from "../../src/core/tangents/linearize.ts";
import { avgPool, gelu, globalAvgPool, mlp, sigmoid, softplus, tanh, type Layer } from "../../src/index.ts";
import { layerContract } from "../contracts/layer.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { gaussian, relativeError } from "../fixtures/tensors.ts";

/** The integral of the normal density by Simpson's rule. */
function distribution(x: number): number {
  const [steps, density] = [2000, (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI)];
  const h = x / steps;
  const inner = Array.from({ length: steps - 1 }, (_, i) => (i % 2 === 0 ? 4 : 2) * density((i + 1) * h));
  return 0.5 + (h / 3) * (density(0) + inner.reduce((a, b) => a + b) + density(x));
}

const SMOOTH: Readonly<Record<string, readonly [() => Layer, (x: number) => number]>> = {
  tanh: [tanh, Math.tanh],
  sigmoid: [sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  softplus: [softplus, (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0)],
  gelu: [gelu, (x) => x * distribution(x)],
};

onEachBackend(() => {
  describe.each(Object.entries(SMOOTH))("%s", (_, [make, exact]) => {
    layerContract({ layer: make(), shape: [3, 4] });

    it("is its formula, from far below 0 to far above", () => {
      const points = Array.from({ length: 121 }, (_, i) => (i - 60) / 6);
      const [y] = make().apply({}, {}, tf.tensor2d(points, [points.length, 1]), "train");
      y.dataSync().forEach((value, i) => expect(value).toBeCloseTo(exact(points[i]!), 5));
    });

    it("has exact second derivatives", () => {
      const network = mlp({ hidden: [4, 4], classes: 3, nonlinearity: make });
      const { params, state } = network.init(rootKey(3), [5]);
      const x = gaussian([6, 5], 2);
      const directions = Object.fromEntries(
        Object.entries(params).map(([name, value], i) => [name, gaussian(value.shape, 50 + i)]),
      );
      const lossAt = (at: typeof params) =>
        tf.sum<tf.Scalar>(tf.square(network.apply(at, state, x, { mode: "probe", tap: (_l, _s, v) => v }).logits));
      const gradsAt = (at: typeof params) => valueAndGradients(() => lossAt(at), at).grads;
      const linearized = linearize(() => gradsAt(params), params);
      const product = linearized.product(directions);
      const step = 1e-2;
      const moved = (sign: number) =>
        gradsAt(
          Object.fromEntries(
            Object.entries(params).map(([n, v]) => [n, tf.add(v, tf.mul(directions[n]!, sign * step))]),
          ),
        );
      const [above, below] = [moved(1), moved(-1)];
      const flat = (f: (name: string) => tf.Tensor) => Object.keys(params).flatMap((name) => [...f(name).dataSync()]);
      const differences = flat((name) => tf.div(tf.sub(above[name]!, below[name]!), 2 * step));
      expect(
        relativeError(
          flat((name) => product[name]!),
          differences,
        ),
      ).toBeLessThan(2e-2);
    });
  });

  describe("avgPool", () => {
    layerContract({ layer: avgPool(), shape: [5, 4, 2] });
    it("is the mean of each window, without what is left at the edge", () => {
      const [y] = avgPool().apply({}, {}, tf.tensor4d([1, 2, 30, 3, 4, 50, 60, 70, 80], [1, 3, 3, 1]), "train");
      expect([...y.dataSync()]).toEqual([2.5]);
    });
  });

  describe("globalAvgPool", () => {
    layerContract({ layer: globalAvgPool(), shape: [3, 4, 2] });
    it("is the mean of each channel", () => {
      const [y] = globalAvgPool().apply({}, {}, tf.tensor4d([1, 10, 2, 20, 3, 30, 6, 60], [1, 2, 2, 2]), "train");
      expect([...y.dataSync()]).toEqual([3, 30]);
    });
    it("takes images alone", () => {
      expect(() => globalAvgPool().init(rootKey(0), [7])).toThrow("globalAvgPool: needs [height, width, channels]");
    });
  });
});
