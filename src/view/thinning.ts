import type { Points } from "./points.ts";

/** Buckets over the width of one drawing; a line keeps at most three points of each. */
export const BUCKETS = 256;

/** Readings in buckets, as the feed sends them: of each the least, the largest and the last finite one. */
export interface Buckets {
  readonly width: number;
  readonly length: number;
  readonly start: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly minStep: Float64Array;
  readonly maxStep: Float64Array;
  readonly last: Float64Array;
  readonly lastStep: Float64Array;
  /** Readings that are not finite. */
  readonly broken: ArrayLike<number>;
}

/** Gives the points of buckets: least, largest and last in order of their steps, so that no spike is hidden; gaps stay. */
export function bucketPoints(buckets: Buckets): Points {
  const { width, length, min, max, last, minStep, maxStep, lastStep, broken } = buckets;
  if (width === 1) return { x: lastStep, y: last, length };
  const x = new Float64Array(4 * length);
  const y = new Float64Array(4 * length);
  let n = 0;
  const put = (step: number, value: number): void => {
    if (n > 0 && x[n - 1] === step && y[n - 1] === value) return;
    x[n] = step;
    y[n++] = value;
  };
  for (let i = 0; i < length; i++) {
    if (broken[i]! > 0) put(buckets.start[i]!, NaN);
    if (!Number.isFinite(min[i])) continue;
    const minFirst = minStep[i]! <= maxStep[i]!;
    put(minFirst ? minStep[i]! : maxStep[i]!, minFirst ? min[i]! : max[i]!);
    put(minFirst ? maxStep[i]! : minStep[i]!, minFirst ? max[i]! : min[i]!);
    put(lastStep[i]!, Number.isFinite(last[i]) ? last[i]! : NaN);
  }
  return { x, y, length: n };
}

type BucketOf = (x: number) => number;

/** Gives the indices of the points kept of a long line: least, largest and last of each bucket, one of each gap. */
export function keptPoints({ x, y, length }: Points, bucketOf: BucketOf): number[] {
  if (length <= 3 * BUCKETS) return Array.from({ length }, (_, i) => i);
  const kept: number[] = [];
  for (const [from, to] of stretches(x, length, bucketOf, (i) => Number.isFinite(y[i]))) {
    if (!Number.isFinite(y[from])) {
      kept.push(from);
      continue;
    }
    let [least, largest] = [from, from];
    for (let i = from; i < to; i++) {
      if (y[i]! < y[least]!) least = i;
      if (y[i]! > y[largest]!) largest = i;
    }
    kept.push(...new Set([Math.min(least, largest), Math.max(least, largest), to - 1]));
  }
  return kept;
}

/** A band by x; the arrays may be longer than `length`. */
interface Band {
  readonly x: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly length: number;
}

/** Thins a long band: of each bucket the union of what it covers. */
export function thinBand(band: Band, bucketOf: BucketOf): Band {
  const { x, low, high, length } = band;
  if (length <= 3 * BUCKETS) return { x, low, high, length };
  const drawable = (i: number): boolean => Number.isFinite(low[i]! + high[i]!);
  const thin = stretches(x, length, bucketOf, drawable).map(([from, to]) => {
    if (!drawable(from)) return [x[from]!, NaN, NaN] as const;
    let [least, largest] = [Infinity, -Infinity];
    for (let i = from; i < to; i++) {
      least = Math.min(least, low[i]!);
      largest = Math.max(largest, high[i]!);
    }
    return [x[from]!, least, largest] as const;
  });
  const column = (k: 0 | 1 | 2): Float64Array => Float64Array.from(thin, (one) => one[k]);
  return { x: column(0), low: column(1), high: column(2), length: thin.length };
}

/** Neighbours of one bucket as index ranges, apart where drawable and undrawable ones meet. */
function stretches(
  x: Float64Array,
  length: number,
  bucketOf: BucketOf,
  drawable: (i: number) => boolean,
): [number, number][] {
  const found: [number, number][] = [];
  let [bucket, drawn] = [NaN, false];
  for (let i = 0; i < length; i++) {
    const now = Math.floor(bucketOf(x[i]!));
    if (now === bucket && drawable(i) === drawn) found.at(-1)![1] = i + 1;
    else found.push([i, i + 1]);
    [bucket, drawn] = [now, drawable(i)];
  }
  return found;
}
