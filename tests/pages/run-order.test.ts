import { expect, it } from "vitest";
import { inOrder, isFound } from "../../src/pages/parts/run-order.ts";
import { aState } from "../fixtures/page.ts";

const RUN = aState({ arm: "batchNorm", seed: 3, hyper: { learningRate: 0.1, norm: "group" }, status: "completed" });

it.each([
  ["", true],
  ["batch", true],
  ["BATCHNORM completed", true],
  ["batch diverged", false],
  ["learningRate=0.1", true],
  ["learningRate=1e-1 seed>=3", true],
  ["learningRate>0.1", false],
  ["learningRate<=0.05", false],
  ["norm=group status!=running", true],
  ["norm=layer", false],
  ["landscape", false],
  ["experiment=landscape run=run", true],
  ["depth=16", false],
])("looking for %j, a run is found: %s", (wanted, found) => {
  expect(isFound(RUN, wanted)).toBe(found);
});

it("puts numbers and names in order, what has none last either way", () => {
  const values = [3, undefined, 20, NaN, 1];
  expect(inOrder(values, (value) => value, false)).toEqual([1, 3, 20, undefined, NaN]);
  expect(inOrder(values, (value) => value, true)).toEqual([20, 3, 1, undefined, NaN]);
  expect(inOrder(["b10", "a", "b9"], (value) => value, false)).toEqual(["a", "b9", "b10"]);
});
