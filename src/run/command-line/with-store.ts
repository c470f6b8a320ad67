import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { isFolder } from "../../store/make-folder.ts";
import { storeFile } from "../../store/place.ts";
import type { StoreSource } from "../../store/source.ts";
import { StoreCopy } from "../../store/store-copy.ts";
import { StoreInUse } from "../../store/store-in-use.ts";
import type { Store } from "../../store/store.ts";
import { copiesOf } from "../owner/copies.ts";
import { endpointOf, type Endpoint } from "../owner/endpoint.ts";
import { holdAt } from "../owner/hold-at.ts";
import { requireStore } from "./default-store.ts";
import { openStore, openStores } from "./open-store.ts";

/**
 * Opens a store for reading, gives it to `work` and closes it however that ends. While a gradstream run writes to it,
 * what is recorded by now is copied and read.
 *
 * @throws {UserError} when there is no such store, or it cannot be opened.
 */
export async function withStore<T>(path: string, work: (store: Store) => Promise<T>): Promise<T> {
  requireStore(path);
  try {
    return await withOpened(path, work);
  } catch (error) {
    const endpoint = error instanceof StoreInUse ? endpointOf(path) : undefined;
    if (endpoint === undefined) throw error;
    return withCopy(path, endpoint, work);
  }
}

/**
 * Gives one store to `work`, or several as one, as `withStore` does.
 *
 * @throws {UserError} when one is not there, or cannot be opened.
 */
export async function withStores<T>(paths: readonly string[], work: (store: Store) => Promise<T>): Promise<T> {
  const [path, ...others] = paths;
  if (path !== undefined && others.length === 0) return withStore(path, work);
  return withSources(paths, async (sources) => {
    const store = await openStores(sources);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  });
}

async function withOpened<T>(path: string, work: (store: Store) => Promise<T>, isLive = false): Promise<T> {
  const store = await openStore(path, { readOnly: true, isLive });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const withCopy = <T>(path: string, endpoint: Endpoint, work: (store: Store) => Promise<T>): Promise<T> =>
  copied(path, endpoint, (file) => withOpened(file, work, true));

/**
 * Gives stores and archives to `work` as DuckDB can attach them for reading: files that are up to date, or copies of those
 * that a gradstream run writes to.
 *
 * @throws {UserError} when there is no such store, or it cannot be opened.
 */
export async function withSources<T>(
  paths: readonly string[],
  work: (sources: readonly StoreSource[]) => Promise<T>,
): Promise<T> {
  const [path, ...others] = paths;
  if (path === undefined) return work([]);
  requireStore(path);
  const next = (file: string, isArchive = false): Promise<T> =>
    withSources(others, (sources) => work([{ name: path, file, isArchive }, ...sources]));
  if (isFolder(storeFile(path))) return next(storeFile(path), true);
  let endpoint: Endpoint | undefined;
  try {
    await (await openStore(path, { readOnly: true })).close();
  } catch (error) {
    endpoint = error instanceof StoreInUse ? endpointOf(path) : undefined;
    if (endpoint === undefined) throw error;
  }
  return endpoint === undefined ? next(storeFile(path)) : copied(path, endpoint, next);
}

async function copied<T>(path: string, endpoint: Endpoint, work: (file: string) => Promise<T>): Promise<T> {
  const file = storeFile(path);
  const copy = new StoreCopy(file, join(copiesOf(file), randomUUID()));
  try {
    await copy
      .refresh((task) => holdAt(endpoint, task))
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        const page = endpoint.page === undefined ? "" : `; its live page is ${endpoint.page}`;
        throw new UserError(
          `${path} is being written to by process ${endpoint.pid}, and cannot be copied: ${reason}${page}`,
        );
      });
    return await work(copy.file);
  } finally {
    await copy.remove();
  }
}
