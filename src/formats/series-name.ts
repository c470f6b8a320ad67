import type { SeriesNames } from "../store/queries/types.ts";

/** Names a series as other programs take names: `moments/mean/layer-3/unit-2`. */
export function seriesName({ probe, stat, layer, unit, distance }: SeriesNames): string {
  const parts = Object.entries({ layer, unit, distance }).filter(([, value]) => value !== null);
  return [probe, stat, ...parts.map(([name, value]) => `${name}-${value}`)].join("/");
}
