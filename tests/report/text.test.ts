import { describe, expect, it } from "vitest";
import { linearTicks, logTicks, rangeOf } from "../../src/report/axis.ts";
import { armColours } from "../../src/report/colours.ts";
import { formatDuration, formatNumber } from "../../src/report/text.ts";

describe("numbers", () => {
  it.each([
    [0, "0"], [15_000, "15,000"], [123_456, "123,456"], [0.05, "0.05"], [-1.5, "−1.5"], [2e6, "2×10⁶"], [1e-8, "10⁻⁸"],
    [6.123456e14, "6.123×10¹⁴"], [1 / 3, "0.3333"], [NaN, "NaN"], [-Infinity, "−∞"],
  ] as const)("%d is written %s", (value, text) => expect(formatNumber(value)).toBe(text)); // prettier-ignore

  it("are durations in hours, minutes or seconds", () => {
    expect([0.42, 41.3, 600, 7980].map(formatDuration)).toEqual(["0.42 s", "41 s", "10 min", "2 h 13 min"]);
  });
});

describe("ticks", () => {
  it("are round, inside the ends", () => {
    expect(linearTicks([-0.3, 1.1], 5)).toEqual([0, 0.5, 1]);
    expect(linearTicks([0, 15_000], 5)).toEqual([0, 5000, 10_000, 15_000]);
    expect(logTicks([0.7, 12], 6)).toEqual([1, 2, 5, 10]);
    expect(logTicks([1e-9, 1e15], 6)).toEqual([1e-8, 1e-4, 1, 1e4, 1e8, 1e12]);
  });

  it("exist for a single value and for none", () => {
    for (const values of [[], [0], [3], [NaN, -1]])
      for (const log of [false, true]) {
        const { domain, ticks } = rangeOf(values, { label: "", log }, 0.04);
        expect(domain[1]).toBeGreaterThan(domain[0]);
        expect(ticks.length).toBeGreaterThan(0);
      }
  });
});

describe("colours", () => {
  it("stay with the paper's arms and never meet in one figure", () => {
    const five = armColours(["lInfNorm", "l2Norm", "l1Norm", "batchNorm", "standard"]);
    expect(new Set(five.values()).size).toBe(5);
    expect(armColours(["batchNorm"]).get("batchNorm")).toBe(five.get("batchNorm"));
    const rates = armColours(["standard, lr 0.1", "batchNorm, lr 0.1", "standard, lr 0.5", "batchNorm, lr 0.5"]);
    expect(rates.get("batchNorm, lr 0.1")).toBe(five.get("batchNorm"));
    expect(new Set(rates.values()).size).toBe(4);
  });
});
