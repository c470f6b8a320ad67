import { expect, it } from "vitest";
import { checkWhole, numbered } from "../../src/core/check-whole.ts";
import { shapes10 } from "../../src/data/shapes10.ts";

it("names the first number that is not whole, or too small", () => {
  expect(() => checkWhole("it", { a: 1, b: 2 })).not.toThrow();
  expect(() => checkWhole("it", { a: 1, ...numbered("sizes", [3, 2.5, 0]) })).toThrow(
    "it: sizes[1] must be a whole number from 1 up, not 2.5",
  );
  expect(() => checkWhole("it", { a: 0 }, 0)).not.toThrow();
  for (const a of [-1, NaN, Infinity, 2 ** 60, "3" as unknown as number])
    expect(() => checkWhole("it", { a }, 0)).toThrow(/^it: a must be a whole number from 0 up, not /);
});

it("is what a number of images has to be", () => {
  expect(() => shapes10({ train: 1.5 })).toThrow("shapes10: train must be a whole number from 0 up, not 1.5");
  expect(() => shapes10({ test: -1 })).toThrow("shapes10: test must be");
  expect(shapes10({ train: 1, test: 0 }).test.count).toBe(0);
});
