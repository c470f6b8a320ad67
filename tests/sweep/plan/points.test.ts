import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SweepAxis } from "../../../src/sweep/plan/axis.ts";
import { parseAxis } from "../../../src/sweep/plan/axis.ts";
import { gridPoints, gridSize, randomPoints } from "../../../src/sweep/plan/points.ts";

const listed = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 4 })
  .chain((keys) =>
    fc.tuple(
      ...keys.map((key) =>
        fc
          .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 })
          .map((values): SweepAxis => ({ kind: "list", key, values })),
      ),
    ),
  );

describe("gridPoints", () => {
  it("combines every value with every other, once", () => {
    fc.assert(
      fc.property(listed, (axes) => {
        const points = gridPoints(axes);
        expect(points).toHaveLength(gridSize(axes));
        expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(points.length);
        for (const axis of axes) {
          if (axis.kind !== "list") continue;
          const counts = axis.values.map((value) => points.filter((point) => point[axis.key] === value).length);
          expect(counts).toEqual(axis.values.map(() => points.length / axis.values.length));
        }
      }),
    );
  });

  it("has the last axis fastest, and takes no range", () => {
    expect(gridPoints([parseAxis("a=1,2"), parseAxis("b=x,y")])).toEqual([
      { a: "1", b: "x" },
      { a: "1", b: "y" },
      { a: "2", b: "x" },
      { a: "2", b: "y" },
    ]);
    expect(() => gridPoints([parseAxis("a=1..2")])).toThrow("a range is drawn from by --random");
  });
});

describe("randomPoints", () => {
  const axes = [parseAxis("rate=0.001..1:log"), parseAxis("width=2..5:int"), parseAxis("norm=a,b,c")];

  it("draws the same points with every call, and the first of a larger number", () => {
    const many = randomPoints(axes, 200);
    expect(randomPoints(axes, 200)).toEqual(many);
    expect(randomPoints(axes, 20)).toEqual(many.slice(0, 20));
    expect(randomPoints(axes, 20, 1)).not.toEqual(many.slice(0, 20));
  });

  it("stays inside ranges, spreads over them, and meets each value of a list", () => {
    const points = randomPoints(axes, 600);
    const rates = points.map(({ rate }) => Number(rate));
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.001);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1);
    // Of the three decades each has a third, give or take four standard deviations.
    for (const low of [0.001, 0.01, 0.1]) {
      const share = rates.filter((rate) => rate >= low && rate < low * 10).length / rates.length;
      expect(Math.abs(share - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / rates.length));
    }
    expect(new Set(points.map(({ width }) => width))).toEqual(new Set(["2", "3", "4", "5"]));
    expect(new Set(points.map(({ norm }) => norm))).toEqual(new Set(["a", "b", "c"]));
  });

  it("gives every whole number of a range the same share, its ends too", () => {
    const wide = randomPoints([parseAxis("width=1..3:int"), parseAxis("rate=0..1")], 3000);
    for (const width of ["1", "2", "3"]) {
      const share = wide.filter((point) => point["width"] === width).length / wide.length;
      expect(Math.abs(share - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / wide.length));
    }
  });

  it("leaves out what comes twice", () => {
    expect(randomPoints([parseAxis("norm=a,b")], 50)).toHaveLength(2);
  });
});
