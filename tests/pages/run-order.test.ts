import { expect, it } from "vitest";
import { inOrder } from "../../src/pages/parts/run-order.ts";

it("puts numbers and names in order, what has none last either way", () => {
  const values = [3, undefined, 20, NaN, 1];
  expect(inOrder(values, (value) => value, false)).toEqual([1, 3, 20, undefined, NaN]);
  expect(inOrder(values, (value) => value, true)).toEqual([20, 3, 1, undefined, NaN]);
  expect(inOrder(["b10", "a", "b9"], (value) => value, false)).toEqual(["a", "b9", "b10"]);
});
