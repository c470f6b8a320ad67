import { PAPER_EXTENSIONS } from "../paper/papers.ts";
import { openStore as open } from "../store/open-store.ts";
import type { Store, StoreOptions } from "../store/store.ts";

/** Opens a store as commands do: with the papers' curves, views and verdicts in it. */
export const openStore = (path: string, options: Omit<StoreOptions, "extensions"> = {}): Promise<Store> =>
  open(path, { ...options, extensions: PAPER_EXTENSIONS });
