import { formatNumber } from "./numbers.ts";
import type { Ridge } from "./ridges.ts";
import { type AxisScale, type Ends, extent, NOTHING, scaleOf, valueDomain } from "./scale.ts";

/** Ridges that a panel shows at most, spread evenly over its steps. */
export const MOST_RIDGES = 28;
/** Share of the panel's height that the tallest ridge takes. */
const TALLEST = 0.3;
/** Ticks of either axis, about. */
const TICKS = 5;
/** Bins with less than this share of a histogram do not widen the axis. */
const VISIBLE = 5e-4;

/** One ridge on its panel, whose height counts from 0 to 1. */
interface RidgeShape {
  readonly arm: string;
  readonly step: number;
  /** Where it stands: the first step at the top, the last at 0. */
  readonly base: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Ridges stacked over steps, the oldest at the back. */
interface RidgeLayout {
  /** In the order of drawing. */
  readonly shapes: readonly RidgeShape[];
  readonly x: AxisScale;
  readonly y: AxisScale;
  /** The steps at the ticks of `y`. */
  readonly yLabels: readonly string[];
}

/** Lays out the ridges of one panel, which are in the order of their steps. */
export function ridgeLayout(all: readonly Ridge[]): RidgeLayout {
  const ridges = evenly(all, MOST_RIDGES);
  const densities = ridges.map(densityOf);
  const [, peak] = extent(densities.flatMap((points) => points.map(({ density }) => density)));
  const [first, last] = extent(ridges.map(({ step }) => step));
  const baseOf = (step: number) => (last > first ? (1 - TALLEST) * (1 - (step - first) / (last - first)) : 0);
  const ends = ridges.reduce<Ends>((before, ridge) => extent(visibleEnds(ridge), false, before), NOTHING);
  const x = scaleOf(valueDomain(ends), false, TICKS);
  const marked = evenly([...new Set(ridges.map(({ step }) => step))], TICKS);
  const labels = new Map(marked.map((step) => [baseOf(step), formatNumber(step)]));
  const shapes = ridges.map(({ arm, step }, i) => {
    const base = baseOf(step);
    const points = densities[i]!.filter((point) => point.x >= x.domain[0] && point.x <= x.domain[1]);
    return {
      arm,
      step,
      base,
      points: points.map((point) => ({ x: point.x, y: base + (TALLEST * point.density) / peak })),
    };
  });
  const y: AxisScale = { domain: [0, 1], log: false, ticks: [...labels.keys()] };
  return { shapes, x, y, yLabels: [...labels.values()] };
}

/** Computes the share of the examples per unit of value at the middle of each bin, and zero at both ends. */
function densityOf({ lo, hi, counts }: Ridge): { x: number; density: number }[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bin = (hi - lo) / counts.length;
  return [
    { x: lo, density: 0 },
    ...counts.map((count, i) => ({ x: lo + (i + 0.5) * bin, density: count / total / bin })),
    { x: hi, density: 0 },
  ];
}

/** Finds the outer edges of the bins that can be seen. */
function visibleEnds({ lo, hi, counts }: Ridge): [number, number] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const seen = counts.flatMap((count, i) => (count > total * VISIBLE ? [i] : []));
  const bin = (hi - lo) / counts.length;
  return [lo + seen[0]! * bin, lo + (seen.at(-1)! + 1) * bin];
}

/** Picks at most `most` items, evenly spread, the first and the last among them. */
export function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}
