/** Where a series was read. */
interface Place {
  readonly probe: string;
  readonly stat: string;
  readonly layer: number | null;
  readonly unit: number | null;
  readonly distance: number | null;
}

/** Names a series as other programs take names: `moments/mean/layer-3/unit-2`. */
export function seriesName({ probe, stat, layer, unit, distance }: Place): string {
  const parts = Object.entries({ layer, unit, distance }).filter(([, value]) => value !== null);
  return [probe, stat, ...parts.map(([name, value]) => `${name}-${value}`)].join("/");
}
