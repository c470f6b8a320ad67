export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Span {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

type Column = (x: number) => number;

/** Per pixel column the lowest and the highest point, so that no spike is lost; gaps (NaN) stay. Points come sorted by x. */
export function thinLine(points: readonly Point[], column: Column, columns: number): readonly Point[] {
  if (points.length <= 2 * columns) return points;
  return inColumns(points, column, ({ y }) => Number.isFinite(y)).flatMap((bucket) => {
    if (!Number.isFinite(bucket[0]!.y)) return bucket.slice(0, 1);
    const lowest = bucket.reduce((best, point) => (point.y < best.y ? point : best));
    const highest = bucket.reduce((best, point) => (point.y > best.y ? point : best));
    if (lowest === highest) return [lowest];
    return bucket.indexOf(lowest) < bucket.indexOf(highest) ? [lowest, highest] : [highest, lowest];
  });
}

/** Per pixel column the union of the spans. */
export function thinBand(spans: readonly Span[], column: Column, columns: number): readonly Span[] {
  if (spans.length <= columns) return spans;
  return inColumns(spans, column, ({ low, high }) => Number.isFinite(low + high)).map((bucket) => ({
    x: bucket[0]!.x,
    low: bucket.reduce((least, { low }) => Math.min(least, low), Infinity),
    high: bucket.reduce((most, { high }) => Math.max(most, high), -Infinity),
    ...(Number.isFinite(bucket[0]!.low + bucket[0]!.high) ? {} : { low: NaN, high: NaN }),
  }));
}

/** Neighbours of one column, apart where drawable and undrawable ones meet. */
function inColumns<T extends { x: number }>(
  items: readonly T[],
  column: Column,
  drawable: (item: T) => boolean,
): T[][] {
  const buckets: T[][] = [];
  let last: { place: number; drawable: boolean } | undefined;
  for (const item of items) {
    const now = { place: Math.floor(column(item.x)), drawable: drawable(item) };
    if (last?.place === now.place && last.drawable === now.drawable) buckets.at(-1)!.push(item);
    else buckets.push([item]);
    last = now;
  }
  return buckets;
}
