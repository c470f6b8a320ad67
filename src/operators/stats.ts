import type { Reading } from "../core/types.ts";

/** Where a reading was taken; of the whole network without a layer. */
export type Place = Pick<Reading, "layer" | "unit" | "distance">;

/** One reading for each stat, in order, all taken at one place. */
export function stats(
  values: Readonly<Record<string, number>>,
  place: Place = {},
): Omit<Reading, "kind" | "step" | "probe">[] {
  return Object.entries(values).map(([stat, value]) => ({ stat, ...place, value }));
}

/** A place in a layer, or, without one, in the whole network. */
export const inLayer = (layer: number | undefined): Place => (layer === undefined ? {} : { layer });
