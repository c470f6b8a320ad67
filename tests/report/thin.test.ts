import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { thinBand, thinLine } from "../../src/report/thin.ts";

const COLUMNS = 10;
const column = (count: number) => (x: number) => (x / count) * COLUMNS;

describe("thinning", () => {
  it("keeps the lowest and highest value of each column, in order, and at most two per piece", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 30, maxLength: 300 }), (ys) => {
        const points = ys.map((y, x) => ({ x, y }));
        const thin = thinLine(points, column(ys.length), COLUMNS);
        expect(thin.length).toBeLessThanOrEqual(2 * COLUMNS);
        for (let place = 0; place < COLUMNS; place++) {
          const inside = (kept: readonly { x: number; y: number }[]) =>
            kept.filter(({ x }) => Math.floor(column(ys.length)(x)) === place).map(({ y }) => y);
          expect(Math.min(...inside(thin))).toBe(Math.min(...inside(points)));
          expect(Math.max(...inside(thin))).toBe(Math.max(...inside(points)));
        }
        expect(thin.map(({ x }) => x)).toEqual(thin.map(({ x }) => x).toSorted((a, b) => a - b));
      }),
    );
  });

  it("keeps gaps", () => {
    const points = Array.from({ length: 100 }, (_, x) => ({ x, y: x >= 40 && x < 60 ? NaN : x }));
    const thin = thinLine(points, column(100), COLUMNS);
    const gap = thin.findIndex(({ y }) => Number.isNaN(y));
    expect(thin[gap - 1]).toEqual({ x: 39, y: 39 });
    expect(thin.find(({ y }, i) => i > gap && !Number.isNaN(y))).toEqual({ x: 60, y: 60 });
  });

  it("covers with one span all spans of a column", () => {
    const spans = Array.from({ length: 40 }, (_, x) => ({ x, low: -x, high: x === 6 ? 99 : 1 }));
    const thin = thinBand(spans, column(40), COLUMNS);
    expect(thin.length).toBe(COLUMNS);
    expect(thin[1]).toEqual({ x: 4, low: -7, high: 99 });
  });
});
