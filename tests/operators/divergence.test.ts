import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { witness } from "../../src/operators/divergence.ts";
import { onEachBackend } from "../fixtures/backends.ts";

onEachBackend(() => {
  it.each([
    ["large and finite", 3e38, true],
    ["infinite", -Infinity, false],
    ["no number", NaN, false],
  ])("tells whether all of many values are finite, one of them %s", (_, odd, expected) => {
    const values = Float32Array.from({ length: 1000 }, (_value, i) => (i === 500 ? odd : 3e38));
    const [found] = witness({ value: tf.tensor(values, [100, 10]) }).dataSync();
    expect(Number.isFinite(found)).toBe(expected);
  });
});
