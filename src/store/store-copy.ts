import type { BigIntStats } from "node:fs";
import { copyFile, constants, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { makeFolder } from "./make-folder.ts";

/** Runs a task while the process that owns a store changes none of its files. Rejects when that was not so to its end. */
export type Hold = <T>(task: () => Promise<T>) => Promise<T>;

/** A file that was written to this short a time ago may be about to be again, with the same time of change. */
const SETTLED_MS = 50;

/**
 * A copy of a store that another process writes to, taken while that process holds its files as they are. The database
 * itself, which only a checkpoint changes, is copied beforehand, and again only after one; each refreshing copies the
 * write-ahead log (16 MiB at most). Where the file system can, copies share their blocks.
 */
export class StoreCopy {
  /** The copy: to be opened for reading only, with nothing of it open while it is refreshed. */
  readonly file: string;
  readonly #source: string;
  readonly #folder: string;
  /** What the database looked like when it was copied; undefined where the next one may look the same. */
  #copied: string | undefined;

  /** `folder` is this copy's alone. */
  constructor(source: string, folder: string) {
    this.#source = source;
    this.#folder = folder;
    this.file = join(folder, basename(source));
  }

  /** Brings the copy up to what is stored now. Rejects when the files cannot be copied, or were not held. */
  async refresh(hold: Hold): Promise<void> {
    makeFolder(this.#folder);
    const settled = await this.#settled();
    if (settled !== undefined && settled !== this.#copied) await this.#copyDatabase(settled);
    await hold(async () => {
      const found = await stat(this.#source, { bigint: true });
      if (stamp(found) !== this.#copied) await this.#copyDatabase(isSettled(found) ? stamp(found) : undefined);
      await this.#copyLog();
    });
  }

  /** Removes the copy. */
  async remove(): Promise<void> {
    this.#copied = undefined;
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** What the database looks like, once its time of change tells it from what comes next; undefined where that takes long. */
  async #settled(): Promise<string | undefined> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const found = await stat(this.#source, { bigint: true });
      if (isSettled(found)) return stamp(found);
      await setTimeout(SETTLED_MS);
    }
    return undefined;
  }

  async #copyDatabase(looks: string | undefined): Promise<void> {
    this.#copied = undefined;
    await copyFile(this.#source, this.file, constants.COPYFILE_FICLONE);
    this.#copied = looks;
  }

  async #copyLog(): Promise<void> {
    try {
      await copyFile(`${this.#source}.wal`, `${this.file}.wal`, constants.COPYFILE_FICLONE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await rm(`${this.file}.wal`, { force: true });
    }
  }
}

const stamp = ({ mtimeNs, size, ino }: BigIntStats): string => `${mtimeNs} ${size} ${ino}`;

const isSettled = ({ mtimeMs }: BigIntStats): boolean => Date.now() - Number(mtimeMs) > SETTLED_MS;
