import type { Series } from "../../feed/client/index.ts";
import type { Points } from "../../view/points.ts";
import { smooth } from "../../view/smoothing.ts";

/** Returns the last value of each bucket by its last step. */
export const lastOf = ({ lastStep, last, length }: Series): Points => ({ x: lastStep, y: last, length });

/** Returns a series as `overSeeds` takes it; a running mean over `span` steps has no band of its own. */
export function seriesColumns(one: Series, span = 0) {
  const { start, lastStep: x, length, width } = one;
  const mid = span > 0 ? smooth(lastOf(one), span).y : one.last;
  return { start, x, mid, length, width, low: span > 0 ? mid : one.min, high: span > 0 ? mid : one.max };
}
