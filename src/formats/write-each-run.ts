import { UserError } from "../core/errors.ts";
import type { StoreReader } from "../store/reader.ts";
import type { RunChoice } from "../store/run-choice.ts";
import type { Store } from "../store/store.ts";
import { type ExportedRun, exportedRuns } from "./exported-run.ts";
import { newFolder } from "./new-folder.ts";

/** What was written. */
export interface Written {
  readonly runs: number;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Writes a file for each of the runs chosen into a new folder, all or none; `write` returns the bytes of its file.
 *
 * @throws {UserError} when there is no such run, the folder is there already, or `signal` ends it.
 */
export async function writeEachRun(
  store: Store,
  folder: string,
  { choice, signal }: { readonly choice: RunChoice; readonly signal?: AbortSignal | undefined },
  write: (reader: StoreReader, path: string, run: ExportedRun) => Promise<number>,
): Promise<Written> {
  const runs = await exportedRuns(store, choice);
  const reader = await store.openReader();
  try {
    return await newFolder(folder, async (path) => {
      let bytes = 0;
      for (const run of runs) {
        if (signal?.aborted) throw new UserError("stopped; nothing was written");
        bytes += await write(reader, path, run);
      }
      return { runs: runs.length, files: runs.length, bytes };
    });
  } finally {
    await reader.close();
  }
}
