import type { Series } from "../../feed/client/index.ts";
import type { Points } from "../../view/points.ts";
import { bucketPoints } from "../../view/thinning.ts";

const cache = new WeakMap<Series, { readonly version: number; readonly points: Points }>();

/** Returns a series of the feed as points to draw, made anew only when it has changed. */
export function pointsOf(series: Series): Points {
  const known = cache.get(series);
  if (known?.version === series.version) return known.points;
  const points = bucketPoints(series);
  cache.set(series, { version: series.version, points });
  return points;
}
