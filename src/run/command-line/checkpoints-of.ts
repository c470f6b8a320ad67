import { storeFile } from "../../store/place.ts";
import type { Store } from "../../store/store.ts";

/** Returns the folder of all checkpoints of a store. */
export const checkpointsOf = (store: Pick<Store, "path">): string => `${storeFile(store.path)}.checkpoints`;
