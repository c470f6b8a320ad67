import type { Reading } from "../core/types.ts";

/** Place of a reading; without a layer, the whole network. */
type ReadingPlace = Pick<Reading, "layer" | "unit" | "distance">;

/** Makes one reading for each stat, in order, all of one place. */
export function stats(
  values: Readonly<Record<string, number>>,
  place: ReadingPlace = {},
): Omit<Reading, "kind" | "step" | "probe">[] {
  return Object.entries(values).map(([stat, value]) => ({ stat, ...place, value }));
}

/** Returns the place of a layer, or, without one, of the whole network. */
export const inLayer = (layer: number | undefined): ReadingPlace => (layer === undefined ? {} : { layer });
