import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { norm } from "../../src/core/vectors.ts";
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

  it("is not a number where a value is not", () => {
    expect(norm(tf.tensor1d([1, NaN])).dataSync()[0]).toBeNaN();
  });
});
