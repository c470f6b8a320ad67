import type { Sink } from "../core/types.ts";
import type { Store } from "../store/store.ts";

/**
 * Makes a sink that appends every record to the store and resolves when they are durable. When the source fails, the
 * records before are kept and the sink rejects with its error. The runner starts and finishes the run in the store.
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
