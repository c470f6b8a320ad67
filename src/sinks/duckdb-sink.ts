import type { Sink } from "../core/types.ts";
import type { Store } from "../store/store.ts";

/**
 * Appends every record to the store and resolves when they are durable. When the source fails, what came before is kept
 * and the error passed on. Starting and finishing the run in the store is the runner's.
 */
export function duckDbSink(store: Store): Sink {
  return async (records, run) => {
    try {
      for await (const chunk of records) await store.append(run.runId, chunk);
    } finally {
      await store.flush();
    }
  };
}
