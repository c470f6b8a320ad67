import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  counted,
  formatDuration,
  formatNumber,
  formatPercent,
  formatPercentTick,
  formatSetting,
  formatWhole,
  withPowers,
} from "../../src/view/numbers.ts";

/** Reads a number as it is written. */
function readBack(text: string): number {
  const [factor = "", power] = text
    .replace("−", "-")
    .replaceAll(",", "")
    .replace(/^(-?)10(?=[⁻⁰-⁹¹²³])/, "$11×10")
    .split("×10");
  const exponent =
    power === undefined ? "0" : Array.from(power, (one) => (one === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(one))).join("");
  return Number(`${factor}e${exponent}`);
}

describe("numbers", () => {
  it.each([
    [0, "0"], [15_000, "15,000"], [123_456, "123,456"], [0.05, "0.05"], [-1.5, "−1.5"], [2e6, "2×10⁶"], [-1e8, "−10⁸"], [1e-8, "10⁻⁸"],
    [6.123456e14, "6.123×10¹⁴"], [1 / 3, "0.3333"], [NaN, "NaN"], [-Infinity, "−∞"], [null, "–"],
  ] as const)("%d is written %s", (value, text) => expect(formatNumber(value)).toBe(text)); // prettier-ignore

  it("are written to their digits, without an e, on either side of each limit alike", () => {
    expect([999_999.9, 1e6, 0.00099999, 0.001, 159e18, 5.72e35, 3080, -0].map((value) => formatNumber(value))).toEqual([
      "10⁶",
      "10⁶",
      "0.001",
      "0.001",
      "1.59×10²⁰",
      "5.72×10³⁵",
      "3,080",
      "0",
    ]);
    fc.assert(
      fc.property(
        fc.double({ min: -1e300, max: 1e300, noNaN: true }),
        fc.integer({ min: 3, max: 17 }),
        (value, digits) => {
          const text = formatNumber(value, digits);
          expect(text).not.toContain("e");
          const off = Math.abs(readBack(text) / 2 - value / 2);
          expect(off).toBeLessThanOrEqual(
            (Math.abs(value) / 2) * (5.01 * 10 ** -digits + Number.EPSILON) + Number.MIN_VALUE,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are settings with all their digits", () => {
    expect([0.1, 15_000, 1e-7, 1.23456e-5, 2e6, 0.30000000000000004].map(formatSetting)).toEqual([
      "0.1",
      "15000",
      "10⁻⁷",
      "1.23456×10⁻⁵",
      "2000000",
      "0.30000000000000004",
    ]);
  });

  it("are written alike within texts, what only looks like a number is not", () => {
    expect(["lr 1e-7, layer 10", "lr 0.1", "at 2.5e-7", "run 1e2f", "v1e3", "a1e-7"].map(withPowers)).toEqual([
      "lr 10⁻⁷, layer 10",
      "lr 0.1",
      "at 2.5×10⁻⁷",
      "run 1e2f",
      "v1e3",
      "a1e-7",
    ]);
  });

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
    expect([0.8, 0.025, 0].map(formatPercentTick)).toEqual(["80 %", "2.5 %", "0 %"]);
    expect([formatWhole(1_234_567), counted(1, "run"), counted(2, "run")]).toEqual(["1,234,567", "1 run", "2 runs"]);
  });
});
