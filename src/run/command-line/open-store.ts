import { extensionsOf } from "../../paper/extensions.ts";
import type { Paper } from "../../paper/paper.ts";
import { PAPERS } from "../../paper/papers.ts";
import { fill } from "../../store/fill.ts";
import { openStore as open } from "../../store/open-store.ts";
import { openTogether } from "../../store/open-together.ts";
import type { StoreSource } from "../../store/source.ts";
import { StoreInUse } from "../../store/store-in-use.ts";
import type { Store, StoreOptions } from "../../store/store.ts";
import { endpointOf } from "../owner/endpoint.ts";

/**
 * Opens a store as commands do: with the papers' curves, views and verdicts in it.
 *
 * @throws {UserError} when it cannot be opened; where a gradstream run writes to it, with its live page.
 */
export async function openStore(
  path: string,
  options: Omit<StoreOptions, "extensions"> = {},
  papers: readonly Paper[] = PAPERS,
): Promise<Store> {
  const store = await open(path, { ...options, extensions: extensionsOf(papers) }).catch((error: unknown) => {
    const page = error instanceof StoreInUse ? endpointOf(path)?.page : undefined;
    if (page === undefined) throw error;
    throw new StoreInUse(`${path} is being written to by a gradstream run; its live page is ${page}`);
  });
  if (store.isArchive) for (const { curves } of papers) await fill(store, curves);
  return store;
}

/**
 * Opens several as one, as commands do.
 *
 * @throws {UserError} when one of them cannot be read.
 */
export async function openStores(sources: readonly StoreSource[], papers: readonly Paper[] = PAPERS): Promise<Store> {
  const store = await openTogether(sources, extensionsOf(papers));
  for (const { curves } of papers) await fill(store, curves);
  return store;
}
