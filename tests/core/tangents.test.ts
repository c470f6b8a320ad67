import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { batchNormKernel, combinationKernel, maxPoolKernel, noiseKernel } from "../../src/core/kernels.ts";
import { linearize, NotDifferentiableError } from "../../src/core/tangents/linearize.ts";
import { record } from "../../src/core/tangents/record.ts";
import { arithmetic } from "../../src/core/tangents/arithmetic.ts";
import { elementwise } from "../../src/core/tangents/elementwise.ts";
import { linearMaps } from "../../src/core/tangents/linear-maps.ts";
import { ownKernels } from "../../src/core/tangents/own-kernels.ts";
import { reductions } from "../../src/core/tangents/reductions.ts";
import { startBackend } from "../../src/backend/start.ts";
import { valueAndGradients } from "../../src/core/gradients.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { expectNoLeak, gaussian, relativeError } from "../fixtures/tensors.ts";

type F = (x: Tensor, ...more: Tensor[]) => Tensor;

/** Away from kinks and poles, so that a difference of f sees one piece: values of 0.2 to 0.8 in steps that no two share. */
const between = (shape: readonly number[], from = 0.2, to = 0.8): Tensor =>
  tf.tidy(() => {
    const count = shape.reduce((product, n) => product * n, 1);
    // A permutation of equal steps: any two values are a step apart.
    const values = Float32Array.from(
      { length: count },
      (_, i) => from + ((to - from) * (((i * 7919 + 3) % count) + 0.5)) / count,
    );
    return tf.tensor(values, [...shape]);
  });
const away = (shape: readonly number[]): Tensor =>
  tf.tidy(() => tf.mul(between(shape), tf.sub(tf.mul(tf.cast(tf.greater(gaussian(shape, 5), 0), "float32"), 2), 1)));

const image = [2, 4, 4, 3];

/** What a user might call, with the inputs that all move. Named by the kernels that are in it, forward and backward. */
const CASES: readonly (readonly [string, readonly (() => Tensor)[], F])[] = [
  ...(
    [
      "abs",
      "sin",
      "cos",
      "sinh",
      "cosh",
      "tanh",
      "sigmoid",
      "softplus",
      "exp",
      "expm1",
      "square",
      "neg",
      "erf",
      "relu",
      "relu6",
      "elu",
      "selu",
      "atan",
      "asinh",
      "tan",
    ] as const
  ).map((name) => [name, [() => away([3, 5])], tf[name as "abs"]] as [string, (() => Tensor)[], F]),
  ...(["log", "log1p", "sqrt", "rsqrt", "reciprocal", "asin", "acos", "atanh"] as const).map(
    (name) => [name, [() => between([3, 5])], tf[name]] as [string, (() => Tensor)[], F],
  ),
  ["acosh", [() => between([3, 5], 1.5, 2)], tf.acosh],
  ["leakyRelu", [() => away([3, 5])], (x) => tf.leakyRelu(x, 0.3)],
  ["prelu", [() => away([3, 5]), () => between([5])], (x, a) => tf.prelu(x, a)],
  ["clip", [() => away([3, 5])], (x) => tf.mul(x, tf.clipByValue(x, -0.48, 0.48))],
  ...(["add", "sub", "mul", "div", "atan2"] as const).map(
    (name) =>
      [`${name}, broadcast`, [() => between([4, 3], 0.2, 0.5), () => between([3], 0.51, 0.8)], tf[name] as F] as [
        string,
        (() => Tensor)[],
        F,
      ],
  ),
  ...(["squaredDifference", "maximum", "minimum"] as const).map(
    (name) =>
      [
        name,
        [() => between([4, 3]), () => tf.tidy(() => tf.add(away([4, 3]), 0.025))],
        (a, b) => tf.square(tf[name](a, b)),
      ] as [string, (() => Tensor)[], F],
  ),
  ["mod", [() => between([4, 3], 2.1, 2.9), () => between([4, 3], 0.9, 1)], (a, b) => tf.mod(a, b)],
  ["pow", [() => between([4, 3]), () => between([4, 3], 1.5, 2.5)], (a, b) => tf.pow(a, b)],
  [
    "where",
    [() => away([4, 3]), () => between([4, 3])],
    (a, b) => tf.where(tf.greater(gaussian([4, 3], 8), 0), tf.square(a), tf.square(b)),
  ],
  ["addN", [() => between([4]), () => between([4])], (a, b) => tf.addN([tf.square(a), b, a])],
  ["max and min", [() => between([4, 5])], (x) => tf.add(tf.max(tf.square(x), 1), tf.min(x, 1))],
  ["softmax", [() => away([4, 5])], (x) => tf.softmax(x)],
  ["logSoftmax", [() => away([4, 5])], (x) => tf.logSoftmax(x)],
  ["mean and sum", [() => between([4, 5])], (x) => tf.add(tf.mean(tf.square(x), 0), tf.sum(x, 0))],
  ["matMul", [() => away([4, 5]), () => away([5, 3])], (a, b) => tf.matMul(a, b)],
  ["matMul, transposed", [() => away([5, 4]), () => away([3, 5])], (a, b) => tf.matMul(a, b, true, true)],
  [
    "reshape, transpose, slice",
    [() => away([4, 6])],
    (x) => tf.slice(tf.transpose(tf.reshape(tf.square(x), [3, 8])), [1, 0], [4, 2]),
  ],
  [
    "concat, split, stack",
    [() => away([4, 6]), () => away([4, 2])],
    (a, b) => tf.stack(tf.split(tf.concat([tf.square(a), b], 1), 2, 1)),
  ],
  ["unstack", [() => away([3, 4])], (x) => tf.mul(tf.unstack(x)[0]!, tf.unstack(x)[2]!)],
  [
    "pad, mirrorPad, tile, reverse",
    [() => away([3, 4])],
    (x) =>
      tf.concat([
        tf.pad(
          tf.square(x),
          [
            [1, 0],
            [0, 2],
          ],
          7,
        ),
        tf.reverse(tf.tile(tf.slice(x, [0, 0], [2, 3]), [2, 2]), 0),
      ]),
  ],
  [
    "mirrorPad",
    [() => away([3, 4])],
    (x) =>
      tf.square(
        tf.mirrorPad(
          x,
          [
            [1, 1],
            [0, 0],
          ],
          "reflect",
        ),
      ),
  ],
  [
    "expandDims, cast, clone",
    [() => away([3, 4])],
    (x) => tf.square(tf.cast(tf.clone(tf.expandDims(x, 1)), "float32")),
  ],
  ["gather", [() => away([5, 4])], (x) => tf.square(tf.gather(x, tf.tensor1d([3, 0, 3], "int32")))],
  ["cumsum", [() => away([3, 4])], (x) => tf.square(tf.cumsum(x, 1))],
  ["broadcastTo", [() => away([1, 4])], (x) => tf.square(tf.broadcastTo(x, [3, 4]))],
  [
    "batchToSpace",
    [() => away([4, 2, 2, 1])],
    (x) =>
      tf.square(
        tf.batchToSpaceND(
          x,
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        ),
      ),
  ],
  [
    "conv2d",
    [() => away(image), () => away([3, 3, 3, 2])],
    (x, k) => tf.conv2d(x as Tensor4D, k as Tensor4D, 1, "same"),
  ],
  [
    "depthwiseConv2d",
    [() => away(image), () => away([3, 3, 3, 2])],
    (x, k) => tf.depthwiseConv2d(x as Tensor4D, k as Tensor4D, 1, "same"),
  ],
  ["resizeBilinear", [() => away(image)], (x) => tf.square(tf.image.resizeBilinear(x as Tensor4D, [6, 6]))],
  [
    "resizeNearestNeighbor",
    [() => away(image)],
    (x) => tf.square(tf.image.resizeNearestNeighbor(x as Tensor4D, [6, 6])),
  ],
  ["avgPool", [() => away(image)], (x) => tf.square(tf.avgPool(x as Tensor4D, 2, 2, "valid"))],
  ["maxPool", [() => between(image)], (x) => tf.square(tf.maxPool(x as Tensor4D, 2, 2, "valid"))],
  ["combination", [() => away([3, 5]), () => away([3, 5])], (x, y) => combinationKernel(tf.square(x), 0.9, y, -2)],
  [
    "batchNorm kernel",
    [() => away([6, 3]), () => between([3]), () => between([3])],
    (x, a, b) => batchNormKernel(x, a, b, 1e-2)[0],
  ],
  [
    "batchNorm kernel of images",
    [() => away(image), () => between([3]), () => between([3])],
    (x, a, b) => batchNormKernel(x, a, b, 1e-2)[0],
  ],
  [
    "given statistics",
    [() => away([6, 3]), () => away([3]), () => between([3]), () => between([3]), () => between([3])],
    (x, m, v, b, s) => tf.batchNorm(x, m, v, b, s, 1e-2),
  ],
  ["maxPool kernel", [() => between(image)], (x) => tf.square(maxPoolKernel(x, { size: 2 }))],
  ["maxPool kernel with a rest", [() => between([2, 5, 5, 2])], (x) => tf.square(maxPoolKernel(x, { size: 2 }))],
  [
    "noise kernel",
    [() => away([6, 3])],
    (x) =>
      tf.square(
        noiseKernel(x, {
          hi: 1,
          lo: 2,
          mu: Float32Array.of(0, 1, 2),
          sigma: Float32Array.of(1, 1, 1),
          rMu: 0.1,
          rSigma: 0.2,
        }),
      ),
  ],
];

/** The gradients of Σ w f(…), w drawn once: a program of forward and backward kernels. */
const gradientsOf = (f: F, inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> => {
  const weighted = () => {
    const y = f(...(Object.values(inputs) as [Tensor, ...Tensor[]]));
    return tf.sum<tf.Scalar>(tf.mul(y, gaussian(y.shape, 9)));
  };
  return valueAndGradients(weighted, inputs).grads;
};

const named = (tensors: readonly Tensor[]) => Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]));
const joined = (tensors: Readonly<Record<string, Tensor>>): number[] =>
  Object.values(tensors).flatMap((tensor) => [...tensor.dataSync<"float32">()]);

/** Kernels that a backend lacks are no concern of its tangents. */
const lacks = (error: unknown): boolean =>
  /not registered for backend|not yet supported|gradient function not found/.test(String(error));

onEachBackend((backend) => {
  it.each(CASES)("%s: tangents of the gradient are what a small step makes of it", async (name, make, f) => {
    await expectNoLeak(() =>
      tf.tidy(() => {
        const inputs = named(make.map((one) => one()));
        const direction = named(Object.values(inputs).map(({ shape }, i) => tf.mul(gaussian(shape, 20 + i), 0.3)));
        let linear;
        try {
          linear = linearize(() => gradientsOf(f, inputs), inputs);
        } catch (error) {
          if (lacks(error) && backend !== "cpu") return;
          throw error;
        }
        expect(linear.leaks, name).toBe(false);
        const tangent = joined(linear.product(direction));
        linear.dispose();
        const h = 5e-3;
        const at = (factor: number) =>
          joined(
            gradientsOf(f, named(Object.entries(inputs).map(([key, x]) => tf.add(x, tf.mul(direction[key]!, factor))))),
          );
        const [ahead, behind] = [at(h), at(-h)];
        const difference = ahead.map((value, i) => (value - behind[i]!) / (2 * h));
        expect(relativeError(tangent, difference)).toBeLessThan(5e-3);
      }),
    );
  });

  it("names a kernel whose derivative is not known, and leaves no tensor behind", async () => {
    await expectNoLeak(() =>
      tf.tidy(() => {
        const x = away([3, 4]);
        const f = () => linearize(() => ({ y: tf.prod(x, 1) }), { x });
        expect(f).toThrow(NotDifferentiableError);
        expect(f).toThrow("no derivative is known of the kernel Prod");
      }),
    );
  });

  it("leaves tfjs as it was, also where the function throws", () => {
    const own = () => Object.keys(tf.engine()).filter((key) => ["runKernel", "read", "readSync"].includes(key));
    const x = tf.scalar(1);
    const broken = () => {
      throw new Error("mine");
    };
    expect(() => linearize(broken, { x })).toThrow("mine");
    expect(own()).toEqual([]);
    x.dispose();
  });
});

describe("the rules", () => {
  it("are all tried above, but for those that only rename values where they were tried", async () => {
    await startBackend("cpu");
    const seen = new Set<string>();
    tf.tidy(() => {
      for (const [, make, f] of CASES) {
        const inputs = named(make.map((one) => one()));
        const { calls, values } = record(Object.values(inputs), () => gradientsOf(f, inputs));
        tf.dispose([...values.values()]);
        for (const { kernel } of calls) seen.add(kernel);
      }
    });
    const ruled = [elementwise, arithmetic, linearMaps, reductions, ownKernels].flatMap(Object.keys);
    expect(ruled.sort().filter((kernel) => !seen.has(kernel))).toEqual(["Cast", "ExpandDims", "Identity", "Reshape"]);
  });
});
