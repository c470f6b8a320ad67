import { existsSync, rmdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { storeFile } from "../../store/place.ts";

/** Returns the folder of a sweep's results: below the one that was named, or beside the store. */
export const folderOf = (store: string, place: string | undefined, sweepId: string): string =>
  join(place === undefined ? `${storeFile(store)}.sweeps` : resolve(place), sweepId);

/** Removes the folder of all sweeps where it is empty. */
export function removeIfEmpty(folder: string): void {
  const above = dirname(folder);
  if (existsSync(folder)) return;
  try {
    rmdirSync(above);
  } catch {
    // Other sweeps are in it.
  }
}
