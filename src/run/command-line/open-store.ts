import { extensionsOf } from "../../paper/extensions.ts";
import type { Paper } from "../../paper/paper.ts";
import { PAPERS } from "../../paper/papers.ts";
import { fill } from "../../store/fill.ts";
import { openStore as open } from "../../store/open-store.ts";
import type { Store, StoreOptions } from "../../store/store.ts";

/** Opens a store as commands do: with the papers' curves, views and verdicts in it. */
export async function openStore(
  path: string,
  options: Omit<StoreOptions, "extensions"> = {},
  papers: readonly Paper[] = PAPERS,
): Promise<Store> {
  const store = await open(path, { ...options, extensions: extensionsOf(papers) });
  if (store.isArchive) for (const { curves } of papers) await fill(store, curves);
  return store;
}
