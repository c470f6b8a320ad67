/**
 * Where the results of a sweep come together, as files below one folder that are written once. Paths have `/` between
 * their parts. A worker's machine may share the folder, or reach it over HTTP.
 */
export interface ResultPlace {
  /** Lists the names in a folder; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Reads a file; undefined where there is none. */
  read(path: string): Promise<Buffer | undefined>;
  /**
   * Writes a file that is not there yet: whole, and on the disk, when the promise resolves. False where there is one by
   * that name, which stays as it is.
   */
  create(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Removes a file or a folder, where there is one. */
  remove(path: string): Promise<void>;
}

/** Where a place is, in words for another process. */
export type PlaceAddress =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "http"; readonly url: string; readonly token: string };

/** Writes a value as a JSON file of a place. False where there is one. */
export const createJson = (place: ResultPlace, path: string, value: unknown): Promise<boolean> =>
  place.create(path, Buffer.from(`${JSON.stringify(value, undefined, 1)}\n`));
