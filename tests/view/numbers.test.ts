import { describe, expect, it } from "vitest";
import { counted, formatDuration, formatNumber, formatPercent, formatWhole } from "../../src/view/numbers.ts";

describe("numbers", () => {
  it.each([
    [0, "0"], [15_000, "15,000"], [123_456, "123,456"], [0.05, "0.05"], [-1.5, "−1.5"], [2e6, "2×10⁶"], [1e-8, "10⁻⁸"],
    [6.123456e14, "6.123×10¹⁴"], [1 / 3, "0.3333"], [NaN, "NaN"], [-Infinity, "−∞"], [null, "–"],
  ] as const)("%d is written %s", (value, text) => expect(formatNumber(value)).toBe(text)); // prettier-ignore

  it("are durations in hours, minutes or seconds", () => {
    expect([0, 0.42, 41.3, 59.7, 364, 600, 7980, NaN].map(formatDuration)).toEqual([
      "0 s",
      "0.42 s",
      "41 s",
      "1 min",
      "6 min 04 s",
      "10 min",
      "2 h 13 min",
      "–",
    ]);
    expect([1, 59, 60, 62, 3600, 7805].map(formatDuration)).toEqual([
      "1 s",
      "59 s",
      "1 min",
      "1 min 02 s",
      "1 h 0 min",
      "2 h 10 min",
    ]);
  });

  it("are shares, and counts with all their digits", () => {
    expect([0.829, 0, NaN, undefined].map(formatPercent)).toEqual(["82.9 %", "0.0 %", "NaN", "–"]);
    expect([formatWhole(1_234_567), counted(1, "run"), counted(2, "run")]).toEqual(["1,234,567", "1 run", "2 runs"]);
  });
});
