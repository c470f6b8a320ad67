import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grouped } from "../../src/view/grouped.ts";
import { BUCKETS, bucketPoints, keptPoints, thinBand } from "../../src/view/thinning.ts";

const line = (ys: readonly number[]) => ({
  x: Float64Array.from(ys, (_, i) => i),
  y: Float64Array.from(ys),
  length: ys.length,
});
const bucketOf = (count: number) => (x: number) => (x / count) * BUCKETS;

describe("thinning", () => {
  it("keeps least, largest and last of each bucket, in order", () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3 * BUCKETS + 1, maxLength: 3000 });
    fc.assert(
      fc.property(values, (ys) => {
        const bucket = bucketOf(ys.length);
        const kept = keptPoints(line(ys), bucket);
        expect(kept.length).toBeLessThanOrEqual(3 * BUCKETS);
        expect(kept).toEqual([...kept].sort((a, b) => a - b));
        const all = grouped(ys.keys(), (i) => Math.floor(bucket(i)));
        const some = grouped(kept, (i) => Math.floor(bucket(i)));
        for (const [place, indices] of all) {
          const [inside, left] = [indices.map((i) => ys[i]!), some.get(place)!.map((i) => ys[i]!)];
          expect([Math.min(...left), Math.max(...left)]).toEqual([Math.min(...inside), Math.max(...inside)]);
          expect(some.get(place)!.at(-1)).toBe(indices.at(-1));
        }
      }),
      { numRuns: 20 },
    );
  });

  it("leaves short lines alone, and keeps gaps", () => {
    expect(keptPoints(line([3, 1, 2]), bucketOf(3))).toEqual([0, 1, 2]);
    const ys = Array.from({ length: 2000 }, (_, x) => (x >= 800 && x < 1200 ? NaN : x));
    const kept = keptPoints(line(ys), bucketOf(2000));
    const gap = kept.findIndex((i) => Number.isNaN(ys[i]));
    expect(kept[gap - 1]).toBe(799);
    expect(kept.find((i, k) => k > gap && !Number.isNaN(ys[i]))).toBe(1200);
  });

  it("covers with one span all spans of a bucket", () => {
    const length = 4 * BUCKETS;
    const x = Float64Array.from({ length }, (_, i) => i);
    const high = x.map((i) => (i === 6 ? 99 : 1));
    const thin = thinBand({ x, low: x.map((i) => -i), high, length }, bucketOf(length));
    expect(thin.length).toBe(BUCKETS);
    expect([thin.x[1], thin.low[1], thin.high[1]]).toEqual([4, -7, 99]);
  });

  it("draws the buckets of the feed by the same three points, in order of their steps", () => {
    const columns = { min: [1, NaN, 4], max: [9, NaN, 4], last: [5, NaN, 4], minStep: [3, -1, 9], maxStep: [1, -1, 9] };
    const of = (values: readonly number[]) => Float64Array.from(values);
    const buckets = {
      width: 4,
      length: 3,
      start: of([0, 4, 8]),
      lastStep: of([3, 7, 9]),
      broken: [0, 2, 0],
      last: of([1, NaN, 4]),
      min: of(columns.min),
      max: of(columns.max),
      minStep: of(columns.minStep),
      maxStep: of(columns.maxStep),
    };
    const { x, y, length } = bucketPoints(buckets);
    expect([...x.subarray(0, length)]).toEqual([1, 3, 4, 9]);
    expect([...y.subarray(0, length)]).toEqual([9, 1, NaN, 4]);
  });
});
