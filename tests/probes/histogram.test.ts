import { expect, it } from "vitest";
import { countInBins } from "../../src/probes/histogram.ts";

const of = (...values: number[]) => Float32Array.from(values);

it("counts from the smallest to the largest value, or over a range with those outside at its ends", () => {
  expect(countInBins(of(0, 1, 2, 4), 2, undefined)).toEqual({ lo: 0, hi: 4, counts: [2, 2] });
  expect(countInBins(of(-9, 0, 0.5, 9), 2, [0, 1])).toEqual({ lo: 0, hi: 1, counts: [2, 2] });
  expect(countInBins(of(3, 3), 2, undefined)).toEqual({ lo: 3, hi: 3, counts: [2, 0] });
});

it("lets what is not finite spoil nothing of the rest", () => {
  expect(countInBins(of(0, NaN, 4, Infinity, 1, -Infinity), 2, undefined)).toEqual({ lo: 0, hi: 4, counts: [3, 2] });
  expect(countInBins(of(NaN, NaN), 2, undefined)).toEqual({ lo: 0, hi: 0, counts: [0, 0] });
  expect(countInBins(of(Infinity, -Infinity), 2, undefined)).toEqual({ lo: 0, hi: 0, counts: [1, 1] });
});
