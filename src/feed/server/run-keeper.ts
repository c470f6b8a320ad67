import type { KeepingCommand } from "../protocol/control.ts";

/** Does what clients ask of the runs that a store has. Rejects with a line that says why not. */
export interface RunKeeper {
  /** Sets note or tags, or both. Resolves with both as they are then. */
  note(
    runId: string,
    change: Pick<KeepingCommand, "note" | "tags">,
  ): Promise<{ readonly note: string; readonly tags: readonly string[] }>;
}
