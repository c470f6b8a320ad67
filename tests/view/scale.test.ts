import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Ends,
  extent,
  NOTHING,
  scaleOf,
  sharer,
  shareOf,
  stepDomain,
  valueAtShare,
  valueDomain,
} from "../../src/view/scale.ts";
import { countsSteps, tickCount, tickLabels, ticks } from "../../src/view/ticks.ts";

/** Any two finite numbers, the lower first; on logarithmic axes above zero. */
const anyEnds = (log: boolean) => {
  const finite = log ? fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true }) : fc.double({ noNaN: true, noDefaultInfinity: true }); // prettier-ignore
  return fc.tuple(finite, finite).map(([a, b]): Ends => [Math.min(a, b), Math.max(a, b)]);
};

/** Ranges that had no numbers, the same ones several times, or no end. */
const ODD: readonly Ends[] = [
  [0, 1e35],
  [1e35, 1.5e308],
  [1e308, Number.MAX_VALUE],
  [-1.7e308, 1.7e308],
  [Number.MAX_VALUE, Number.MAX_VALUE],
  [7, 7],
  [0, 0],
  [-1e-310, 1e-310],
  [Number.MIN_VALUE, Number.MIN_VALUE],
  [Number.MIN_VALUE, 1],
  [2.302585, 2.302585000001],
  [1, 1 + Number.EPSILON],
  [0, Number.MIN_VALUE],
];

describe("ticks", () => {
  it("are round, inside the ends", () => {
    expect(ticks([-0.3, 1.1], 5)).toEqual([0, 0.5, 1]);
    expect(ticks([0, 15_000], 5)).toEqual([0, 5000, 10_000, 15_000]);
    expect(ticks([0.7, 12], 6, true)).toEqual([1, 2, 5, 10]);
    expect(ticks([1e-9, 1e15], 6, true)).toEqual([1e-8, 1e-4, 1, 1e4, 1e8, 1e12]);
  });

  it("are as many as there is room for, and two at least", () => {
    expect([tickCount(400, "x"), tickCount(400, "y"), tickCount(20, "x"), tickCount(160, "y", 16)]).toEqual([
      5, 9, 2, 10,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 1, max: 9999 }), (low, size) => {
        expect(ticks([low, low + size], 5).length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it("are labelled alike: as powers of ten where one of them must be", () => {
    expect(tickLabels([0.01, 0.1, 1, 10], true)).toEqual(["0.01", "0.1", "1", "10"]);
    expect(tickLabels([1e-4, 0.1, 1], true)).toEqual(["10⁻⁴", "10⁻¹", "1"]);
    expect(tickLabels([0, 5000, 10_000])).toEqual(["0", "5,000", "10,000"]);
  });
});

describe("an axis of any finite range", () => {
  const check = (range: Ends, log: boolean, count: number): void => {
    for (const domain of [
      valueDomain(range, log),
      stepDomain(range, { log, room: true }),
      stepDomain(range, { log }),
    ]) {
      const [low, high] = domain;
      expect([Number.isFinite(low), Number.isFinite(high), high > low]).toEqual([true, true, true]);
      const slack = (high / 2 - low / 2) * 1e-8;
      expect(low <= range[0] + slack && high >= range[1] - slack).toBe(true);
      const found = scaleOf(domain, log, count).ticks;
      expect(found.length).toBeGreaterThanOrEqual(2);
      expect(found.length).toBeLessThanOrEqual(3 * count + 5);
      expect(found.every((value, i) => i === 0 || value > found[i - 1]!)).toBe(true);
      const labels = tickLabels(found, log);
      expect(new Set(labels).size).toBe(found.length);
      for (const label of labels) expect(label).toMatch(/^−?[\d,.]+(×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?$|^−?10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+$/);
      const place = sharer({ domain, log });
      for (const value of found) expect(place(value) >= -1e-6 && place(value) <= 1 + 1e-6).toBe(true);
      expect([place(low), place(high)]).toEqual([0, 1]);
    }
  };

  it.each(ODD)("from %d to %d has numbers, each another", (low, high) => {
    check([low, high], false, 5);
    if (low > 0) check([low, high], true, 5);
  });

  it("has numbers, each another", () => {
    for (const log of [false, true])
      fc.assert(
        fc.property(anyEnds(log), fc.integer({ min: 2, max: 12 }), (range, count) => check(range, log, count)),
        { numRuns: 500 },
      );
  });

  it("finds the value at a share again", () => {
    for (const log of [false, true])
      fc.assert(
        fc.property(anyEnds(log), fc.double({ min: 0, max: 1, noNaN: true }), (range, share) => {
          const axis = { domain: valueDomain(range, log), log };
          expect(shareOf(axis, valueAtShare(axis, share))).toBeCloseTo(share, 1);
        }),
      );
  });

  it("counts steps by whole ones", () => {
    expect(["step", "step (ours: 9 drawn over the paper's 90)", "step_size", "epoch"].map(countsSteps)).toEqual([true, true, false, false]); // prettier-ignore
    expect(ticks([0, 1], 5, false, true)).toEqual([0, 1]);
    expect(ticks([0, 3], 8, false, true)).toEqual([0, 1, 2, 3]);
    expect(ticks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });
});

describe("the ends of an axis", () => {
  it("exist for a single value and for none", () => {
    for (const values of [[], [0], [3], [NaN, -1]])
      for (const log of [false, true])
        for (const domain of [valueDomain(extent(values, log), log), stepDomain(extent(values, log), { log })]) {
          expect(domain[1]).toBeGreaterThan(domain[0]);
          expect(scaleOf(domain, log, 5).ticks.length).toBeGreaterThan(0);
        }
  });

  it("are round around values, and the values' own along steps", () => {
    expect(valueDomain([0.03, 0.97])).toEqual([0, 1]);
    expect(valueDomain([3e-3, 6e14], true)).toEqual([2e-3, 1e15]);
    expect(stepDomain([0, 1234])).toEqual([0, 1234]);
    expect(stepDomain([1.5, 1234])).toEqual([0, 1234]);
    expect(stepDomain([100, 1234])).toEqual([100, 1234]);
    expect(stepDomain([0, 1234], { grows: true })).toEqual([0, 1250]);
    expect(stepDomain([1, 10], { log: true })[0]).toBeLessThan(1);
  });

  it("hold every value that the axis can show", () => {
    const some = fc.tuple(
      fc.array(fc.integer({ min: -999, max: 9999 }), { minLength: 1 }),
      fc.integer({ min: -9, max: 9 }),
    );
    fc.assert(
      fc.property(some, fc.boolean(), ([whole, power], log) => {
        const values = whole.map((value) => value * 10 ** power).filter((value) => !log || value > 0);
        const [low, high] = valueDomain(extent(values, log), log);
        const slack = (high - low) * 1e-9;
        for (const value of values) expect(value >= low - slack && value <= high + slack).toBe(true);
      }),
    );
  });

  it("grow with more values", () => {
    const once = extent([3, NaN, 5, -Infinity, 1], true);
    expect(once).toEqual([1, 5]);
    expect(extent([0, -2, 7], true, once)).toEqual([1, 7]);
    expect(extent([9, 2, 9], false, NOTHING, 1, 2)).toEqual([2, 2]);
  });

  it("place a value between them", () => {
    const domain: Ends = [1, 100];
    expect([shareOf({ domain, log: true }, 10), shareOf({ domain: [0, 4], log: false }, 1)]).toEqual([0.5, 0.25]);
  });
});
