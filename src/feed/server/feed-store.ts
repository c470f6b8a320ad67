import type { Reader, StoredCounts } from "../../store/queries/types.ts";

/** What the feed needs of a store: it receives everything that is published. */
export interface FeedStore {
  readonly path: string;
  openReader(): Promise<Reader>;
  /** Calls back whenever records are on disk that were not. Returns a function that ends it. */
  onStored(listener: (stored: StoredCounts) => void): () => void;
}
