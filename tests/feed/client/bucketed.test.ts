import fc from "fast-check";
import { expect, it } from "vitest";
import { Bucketed } from "../../../src/feed/client/bucketed.ts";
import { widthFor } from "../../../src/feed/protocol/width.ts";

const KEY = { runId: "r", probe: "p", stat: "s", layer: null, unit: null, distance: null };
const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map(Number),
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity),
);
const readings = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), value), { maxLength: 200 });
type Readings = readonly (readonly [number, number])[];

/** What a bucket is, said slowly. */
function slowly(all: Readings, width: number) {
  const starts = [...new Set(all.map(([step]) => step - (step % width)))].sort((a, b) => a - b);
  return starts.map((start) => {
    const inside = all.filter(([step]) => step >= start && step < start + width);
    const finite = inside.filter(([, v]) => Number.isFinite(v));
    const values = finite.map(([, v]) => v);
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const first = (wanted: number) => Math.min(...finite.filter(([, v]) => v === wanted).map(([step]) => step));
    const lastStep = Math.max(...inside.map(([step]) => step));
    return {
      start,
      min: finite.length ? min + 0 : NaN,
      max: finite.length ? max + 0 : NaN,
      minStep: finite.length ? first(min) : -1,
      maxStep: finite.length ? first(max) : -1,
      last: inside.findLast(([step]) => step === lastStep)![1] + 0,
      lastStep,
      broken: inside.length - finite.length,
    };
  });
}

function rows(series: Bucketed) {
  return Array.from({ length: series.length }, (_, i) => ({
    start: series.start[i]!,
    min: series.min[i]! + 0,
    max: series.max[i]! + 0,
    minStep: series.minStep[i]!,
    maxStep: series.maxStep[i]!,
    last: series.last[i]! + 0,
    lastStep: series.lastStep[i]!,
    broken: series.broken[i]!,
  }));
}

function filled(shift: number, all: Readings): Bucketed {
  const series = new Bucketed(KEY, shift, 0);
  for (const [step, v] of all) series.add(step, v);
  return series;
}

it("hides no spike: every bucket has the extremes, the last and the broken readings of its steps", () => {
  fc.assert(
    fc.property(readings, fc.integer({ min: 0, max: 9 }), (all, shift) => {
      const series = filled(shift, all);
      expect(rows(series)).toEqual(slowly(all, 2 ** shift));
      expect(series.readings).toBe(all.length);
    }),
  );
});

it("ends in the same buckets whenever it is widened", () => {
  fc.assert(
    fc.property(
      readings,
      fc.nat(200),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 3, max: 9 }),
      (all, at, a, b) => {
        const series = filled(a, all.slice(0, at));
        series.widen(b);
        const before = series.version;
        for (const [step, v] of all.slice(at)) series.add(step, v);
        expect(rows(series)).toEqual(rows(filled(b, all)));
        expect(series.version).toBe(before + all.slice(at).length);
      },
    ),
  );
});

it("takes the least width with which steps fill at most twice as many buckets as asked for", () => {
  const step = fc.integer({ min: 0, max: 0x7fff_ffff });
  fc.assert(
    fc.property(step, step, fc.integer({ min: 1, max: 20_000 }), (a, b, points) => {
      const [first, last] = [Math.min(a, b), Math.max(a, b)];
      const shift = widthFor(first, last, points);
      const buckets = (s: number) => Math.floor(last / 2 ** s) - Math.floor(first / 2 ** s) + 1;
      expect(buckets(shift)).toBeLessThanOrEqual(2 * points);
      if (shift > 0) expect(buckets(shift - 1)).toBeGreaterThan(2 * points);
    }),
  );
});
