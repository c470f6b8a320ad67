import { existsSync, rmdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { storeFile } from "../../store/place.ts";

/** Returns the folder of a sweep's results: below the one that was named, or beside the store. */
export const folderOf = (store: string, place: string | undefined, sweepId: string): string =>
  join(place === undefined ? `${storeFile(store)}.sweeps` : resolve(place), sweepId);

/** Removes the folder of all sweeps where it is empty, but for one that was named: that is its user's. */
export function removeIfEmpty(folder: string, place: string | undefined): void {
  if (place !== undefined || existsSync(folder)) return;
  try {
    rmdirSync(dirname(folder));
  } catch {
    // Other sweeps are in it.
  }
}
