import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { probeBackend, startBackend, type BackendName } from "../../src/backend/start.ts";
import { asWords, CHANGE_SUMS, changeSums, fromWords } from "../../src/core/change-sums.ts";
import { changeSumsKernel } from "../../src/core/kernels.ts";
import { normal, rootKey } from "../../src/core/random.ts";

const SIZES = [1, 2, 3, 4, 5, 7, 64, 1001, 40_003];

/** Gradient, parameter, what it becomes, and what it was, of a size. */
const drawn = (size: number) =>
  [1, 2, 3, 4].map((seed) => normal(rootKey(seed + size), size, 0.1 * seed, 2)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];

/** The kernel's sums of parameters of all sizes, tensors of rank 1 and 2. */
function sumsOnBackend(parameters: readonly (readonly Float32Array[])[]): number[] {
  return tf.tidy(() => {
    const [gradients, before, after, initial] = [0, 1, 2, 3].map((of) =>
      parameters.map((values): Tensor => {
        const own = values[of]!;
        return own.length % 7 === 0 ? tf.tensor2d(own, [7, own.length / 7]) : tf.tensor1d(own);
      }),
    );
    return [...fromWords(changeSumsKernel(gradients!, before!, after!, initial!).dataSync())];
  });
}

it("adds up as definitions say", () => {
  for (const size of SIZES) {
    const [g, old, now, first] = drawn(size);
    const sum = (of: (i: number) => number) => g.reduce((total, _value, i) => total + of(i), 0);
    const naive = [
      sum((i) => g[i]! ** 2),
      sum((i) => old[i]! ** 2),
      sum((i) => (now[i]! - old[i]!) ** 2),
      sum((i) => (old[i]! - first[i]!) ** 2),
      sum((i) => now[i]! ** 2 - old[i]! ** 2),
    ];
    changeSums(g, old, now, first).forEach((value, k) => {
      expect(Math.abs(value - naive[k]!), `sum ${k} of ${size}`).toBeLessThan(1e-13 * naive[1]! + 1e-13 * naive[2]!);
    });
  }
});

it("carries float64 values as words", () => {
  const values = [0, -0, 1 / 3, 1e300, -1e-300, Infinity, NaN];
  expect([...fromWords(asWords(Float64Array.from(values)))]).toEqual(values);
});

describe.each(["cpu", "wasm", "tensorflow"] as const)("on %s", (name: BackendName) => {
  it("gives the same bits as plain JavaScript, also what overflows float32", async ({ skip }) => {
    if (!(await probeBackend(name)).available) skip();
    await startBackend(name);
    const large = [1e30, -2e30, 3e38, 1].map((value) => Float32Array.of(value, 1, -1));
    const broken = [NaN, 1, Infinity, 0].map((value) => Float32Array.of(1, 2, 3, 4, value));
    const parameters = [...SIZES.map(drawn), large, broken];
    const found = sumsOnBackend(parameters);
    expect(found).toHaveLength(parameters.length * CHANGE_SUMS);
    expect(found).toEqual(parameters.flatMap(([g, old, now, first]) => [...changeSums(g, old, now, first)]));
    expect(found.slice(-10, -5)).not.toContain(Infinity);
  });
});
