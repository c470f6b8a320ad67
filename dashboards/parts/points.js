import { bucketPoints } from "/view/thinning.js";

const cache = new WeakMap();

/** A series of the feed as points to draw, made anew only when it has changed. */
export function pointsOf(series) {
  const known = cache.get(series);
  if (known?.version === series.version) return known.points;
  const points = bucketPoints(series);
  cache.set(series, { version: series.version, points });
  return points;
}
