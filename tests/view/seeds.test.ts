import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overSeeds, type SeedColumns } from "../../src/view/seeds.ts";
import { smooth } from "../../src/view/smoothing.ts";

const seed = (values: readonly number[], width = 1): SeedColumns => {
  const mid = Float64Array.from(values);
  const start = mid.map((_, i) => i * width);
  return { start, x: start.map((at) => at + width - 1), mid, low: mid, high: mid, length: mid.length, width };
};

describe("several seeds", () => {
  it("are one line of their mean, with the range from least to largest", () => {
    const values = fc.array(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 6 }); // prettier-ignore
    fc.assert(
      fc.property(values, (all) => {
        const { x, y, low, high, length } = overSeeds(all.map((one) => seed(one)));
        expect([...x.subarray(0, length)]).toEqual([0, 1, 2, 3, 4]);
        for (let i = 0; i < length; i++) {
          const read = all.map((one) => one[i]!);
          expect(y[i]).toBeCloseTo(read.reduce((sum, value) => sum + value, 0) / read.length, 9);
          expect([low[i], high[i]]).toEqual([Math.min(...read), Math.max(...read)]);
        }
      }),
    );
  });

  it("meet in the coarsest buckets, and where only some of them have come", () => {
    const { x, low, high, length } = overSeeds([seed([1, 2, 3, 4]), seed([10], 2)]);
    expect([...x.subarray(0, length)]).toEqual([1, 3]);
    expect([...low.subarray(0, length), ...high.subarray(0, length)]).toEqual([1, 3, 10, 4]);
  });

  it("give no mean where one is not finite", () => {
    expect(overSeeds([seed([1]), seed([NaN])]).y[0]).toBeNaN();
  });
});

describe("smoothing", () => {
  it("weighs a reading d steps ago by exp(-2 d / span)", () => {
    const [x, y] = [[0, 3, 10, 11], [4, 1, 7, 2]].map((values) => Float64Array.from(values)) as [Float64Array, Float64Array]; // prettier-ignore
    const out = smooth({ x, y, length: 4 }, 5).y;
    x.forEach((step, k) => {
      const weights = [...x.subarray(0, k + 1)].map((at) => Math.exp((-2 * (step - at)) / 5));
      const sum = weights.reduce((all, weight, i) => all + weight * y[i]!, 0);
      expect(out[k]).toBeCloseTo(sum / weights.reduce((all, weight) => all + weight, 0), 12);
    });
  });

  it("leaves out what is not finite", () => {
    const [x, y] = [Float64Array.of(0, 1, 2), Float64Array.of(1, Infinity, 1)];
    expect([...smooth({ x, y, length: 3 }, 10).y]).toEqual([1, NaN, 1]);
  });
});

it("is a number where the sum of the seeds is more than a number holds", () => {
  const one = (value: number): SeedColumns => {
    const column = Float64Array.of(value);
    return { start: Float64Array.of(0), x: Float64Array.of(0), mid: column, low: column, high: column, length: 1, width: 1 }; // prettier-ignore
  };
  expect(overSeeds([one(1.7e308), one(1.7e308)]).y[0]).toBeCloseTo(1.7e308, -300);
  expect(overSeeds([one(1.7e308), one(Infinity)]).y[0]).toBe(Infinity);
});
