import { cpSync, existsSync } from "node:fs";
import { RunCheckpoints } from "../../checkpoints/run-checkpoints.ts";
import { oneLine } from "../../core/one-line.ts";
import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import { checkpointsOf } from "../command-line/checkpoints-of.ts";
import { say } from "../terminal/say.ts";

/**
 * Copies the checkpoints of a store's runs to where those of another store stand, so that the runs can go on there. They stay
 * where they are too: what has the store's name now may use them. Says so where one cannot be copied.
 */
export async function copyCheckpoints(store: Store, path: string): Promise<void> {
  const [from, to] = [checkpointsOf(store), checkpointsOf({ path })];
  for (const { run_id: runId } of await records(store, "SELECT run_id FROM run")) {
    const { folder } = new RunCheckpoints(from, String(runId));
    if (!existsSync(folder)) continue;
    try {
      cpSync(folder, new RunCheckpoints(to, String(runId)).folder, { recursive: true });
    } catch (error) {
      say(`${String(runId)}: its checkpoints in ${folder} could not be copied: ${oneLine(error)}`);
    }
  }
}
