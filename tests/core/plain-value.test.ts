import { expect, it } from "vitest";
import { describeAs } from "../../src/core/described.ts";
import { plainValue } from "../../src/core/plain-value.ts";

it("writes what JSON does not know: numbers that are not finite, patterns, functions by what they are", () => {
  const rate = describeAs((step: number) => step, { name: "cosineDecay", initial: 0.1, steps: 10 });
  const warm = describeAs((step: number) => step, { name: "linearWarmUp", then: rate });
  expect(plainValue({ a: NaN, b: /^x\//g, c: warm, d: Math.max, e: () => 1, f: undefined, g: null })).toEqual({
    a: "NaN",
    b: "/^x\\//g",
    c: { name: "linearWarmUp", then: { name: "cosineDecay", initial: 0.1, steps: 10 } },
    d: "max",
    e: "e",
    g: null,
  });
  expect(plainValue(() => 1)).toBe("function");
});
