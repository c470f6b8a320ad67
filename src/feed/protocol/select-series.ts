import type { Filter } from "./filter.ts";
import { matches } from "./matches.ts";

/** Names and places that tell one series of a run from another. */
export interface SeriesKey {
  /** Name of the probe. */
  readonly probe: string;
  /** Name of the number that the probe measured. */
  readonly stat: string;
  /** Layer, from 1; null for the whole network. */
  readonly layer: number | null;
  /** Unit in the layer, from 0; null for all of them. */
  readonly unit: number | null;
  /** Distance of a walk; null where nothing was walked. */
  readonly distance: number | null;
}

/** Tells whether a filter, with its defaults filled in, lets a series of a run through. */
export function selectsSeries({ probes, stats, layers, units, distances }: Filter, key: SeriesKey): boolean {
  return (
    matches(probes, key.probe) &&
    matches(stats, key.stat) &&
    allows(layers, key.layer) &&
    allows(units, key.unit) &&
    (distances !== "none" || key.distance === null)
  );
}

function allows(wanted: readonly number[] | "none" | "any" | undefined, value: number | null): boolean {
  if (wanted === undefined || wanted === "any") return true;
  return wanted === "none" ? value === null : value !== null && wanted.includes(value);
}
