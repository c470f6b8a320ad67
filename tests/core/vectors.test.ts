import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { compareVectors, norm, pairSums } from "../../src/core/vectors.ts";
import { onEachBackend } from "../fixtures/backends.ts";

onEachBackend(() => {
  it.each([
    ["squares too large for float32", [3e30, 4e30, 0], 5e30],
    ["squares too small for float32", [3e-27, -4e-27], 5e-27],
    ["zero", [0, 0], 0],
    ["one infinite value", [1, -Infinity], Infinity],
  ])("the length of a vector with %s", (_, values, expected) => {
    const [length] = norm(tf.tensor1d(values)).dataSync();
    expect(expected === 0 || expected === Infinity ? length : length! / expected).toBeCloseTo(
      expected === 0 || expected === Infinity ? expected : 1,
      6,
    );
  });

  it.each([1e-25, 1e-12, 1, 1e15, 1e30])("two vectors are compared at any scale: %d", (scale) => {
    const [a, b] = [
      [3, 4, 0],
      [4, 3, 0],
    ].map((values) => tf.tensor1d(values.map((value) => value * scale)));
    const { norm: length, l2, cosine, cosineDistance } = compareVectors(pairSums(a!, b!).dataSync<"float32">());
    expect(length / scale).toBeCloseTo(5, 5);
    expect(l2 / scale).toBeCloseTo(Math.SQRT2, 5);
    expect([cosine, cosineDistance]).toEqual([expect.closeTo(24 / 25, 5), expect.closeTo(1 / 25, 5)]);
  });

  it("a vector of zeros has no angle to another, and none to itself", () => {
    for (const size of [5, 6, 7, 8]) {
      const other = tf.tensor1d(Array.from({ length: size }, (_, i) => Math.sin(i + 1)));
      const nothing = tf.zerosLike(other);
      for (const [a, b] of [
        [nothing, other],
        [other, nothing],
      ] as const) {
        const { cosine, cosineDistance } = compareVectors(pairSums(a, b).dataSync<"float32">());
        expect([size, cosine, cosineDistance]).toEqual([size, NaN, NaN]);
      }
      expect(compareVectors(pairSums(nothing, nothing).dataSync<"float32">())).toMatchObject({ l2: 0, cosine: 1 });
    }
  });

  it("is not a number where a value is not", () => {
    expect(norm(tf.tensor1d([1, NaN])).dataSync()[0]).toBeNaN();
  });
});
