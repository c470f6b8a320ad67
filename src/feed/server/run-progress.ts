import type { Recorded, RunState } from "../../core/types.ts";
import type { RunEntry } from "./registry.ts";

/** Says what is on disk of a run of this process. */
export const storedOf = ({ number, stored }: RunEntry): (readonly [number, number, number, number])[] =>
  stored === undefined ? [] : [[number, stored.readings, stored.histograms, stored.events]];

/** Tells whether it is a reading or histogram of a step; or where a run diverged, which is where it stands. */
export const tellsOfProgress = (record: Recorded): boolean => record.kind !== "event" || record.name === "diverged";

/** Returns the steps that a run which ended early says it has done. */
export function endedAfterIn(record: Recorded): number | undefined {
  if (record.kind !== "event" || record.name !== "ended_early") return undefined;
  const steps = record.data?.["steps"];
  return typeof steps === "number" ? steps : undefined;
}

/** Returns the state of a run with its number. */
export function withNumber({ number, state }: RunEntry): RunState & { readonly run: number } {
  return { run: number, ...state };
}
