import type { Reader } from "../../store/queries/types.ts";

/** What the feed needs of a store: it receives everything that is published. */
export interface FeedStore {
  readonly path: string;
  openReader(): Promise<Reader>;
}
