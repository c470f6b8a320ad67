import { RunCheckpoints } from "../../checkpoints/run-checkpoints.ts";
import type { Store } from "../../store/store.ts";
import { checkpointsOf } from "./checkpoints-of.ts";

/**
 * Removes runs from a store with all that they recorded, and their checkpoints.
 *
 * @throws {UserError} when one is not in the store, or is running; then none is removed.
 */
export async function discardRuns(store: Store, runIds: readonly string[]): Promise<void> {
  await store.removeRuns(runIds);
  // A run that is there has its checkpoints; those of one that is gone are nobody's.
  for (const runId of runIds) new RunCheckpoints(checkpointsOf(store), runId).remove();
}
