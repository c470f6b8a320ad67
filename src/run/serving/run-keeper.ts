import type { RunKeeper } from "../../feed/server/run-keeper.ts";
import type { Store } from "../../store/store.ts";
import { discardRuns } from "../command-line/discard-runs.ts";

/** Returns what does to the runs of a store as clients ask; undefined for a store that is open for reading only. */
export function runKeeper(store: Store): RunKeeper | undefined {
  if (!store.isWritable) return undefined;
  return {
    note: (runId, { note, tags }) =>
      store.noteRun(runId, { ...(note !== undefined && { note }), ...(tags && { tags }) }),
    remove: (runId) => discardRuns(store, [runId]),
  };
}
