import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync } from "node:fs";
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ResultPlace } from "./result-place.ts";

const DRAFT = ".draft-";

/**
 * Makes a place of a folder. A file gets its name by a link to what is on the disk already: of two who write at once, on
 * whatever machines, one has it, and nobody sees half of it.
 */
export function folderPlace(root: string): ResultPlace {
  const at = (path: string): string => join(root, ...path.split("/"));
  return {
    async list(folder) {
      const names = await orNothing(readdir(at(folder)));
      return (names ?? []).filter((name) => !name.startsWith(DRAFT)).sort();
    },
    read: (path) => orNothing(readFile(at(path))),
    async create(path, bytes) {
      const file = at(path);
      const folder = dirname(file);
      await mkdir(folder, { recursive: true });
      const draft = join(folder, `${DRAFT}${randomUUID()}`);
      try {
        await writeDraft(draft, bytes);
        await link(draft, file);
        syncFolder(folder);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
      } finally {
        await rm(draft, { force: true });
      }
    },
    // Who trains may still write into it: a folder that was emptied is not empty then.
    remove: (path) => rm(at(path), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

/** Writes a file that is not there yet, and waits until it is on the disk. */
async function writeDraft(draft: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(draft, "wx");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until a folder's names are on the disk. Windows opens no folder; there the file system sees to it. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A file system of a network that was replaced under a reader says ESTALE: what it had is gone.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ESTALE") return undefined;
    throw error;
  }
}
