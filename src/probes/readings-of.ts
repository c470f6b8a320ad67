import type { Reading } from "../core/types.ts";

/** Makes readings of one probe at one step: stat, value, and where it was taken. */
export const readingsOf =
  (probe: string, step: number) =>
  (stat: string, value: number, place: Pick<Reading, "layer" | "unit" | "distance"> = {}): Reading => ({
    kind: "reading",
    step,
    probe,
    stat,
    ...place,
    value,
  });

/** A place of a layer, or, without one, of the whole network. */
export const inLayer = (layer: number | undefined): Pick<Reading, "layer"> => (layer === undefined ? {} : { layer });
