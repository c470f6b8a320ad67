import type { NoteCommand } from "../protocol/control.ts";

/** Does what clients ask of the runs that a store has. Rejects with a line that says why not. */
export interface RunKeeper {
  /** Sets note or tags, or both. Resolves with both as they are then. */
  note(
    runId: string,
    change: Pick<NoteCommand, "note" | "tags">,
  ): Promise<{ readonly note: string; readonly tags: readonly string[] }>;
  /** Removes it with all that it recorded, and its checkpoints. Resolves when they are gone. */
  remove(runId: string): Promise<void>;
}
