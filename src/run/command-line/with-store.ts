import { openStore } from "./open-store.ts";
import type { Store } from "../../store/store.ts";
import { requireStore } from "./default-store.ts";

/**
 * Opens a store for reading, gives it to `work` and closes it however that ends.
 *
 * @throws {UserError} when there is no such store, or it cannot be opened.
 */
export async function withStore<T>(path: string, work: (store: Store) => Promise<T>): Promise<T> {
  requireStore(path);
  const store = await openStore(path, { readOnly: true });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
