import { existsSync, readFileSync, renameSync } from "node:fs";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";

/** The folders of a setup, side by side, so that a rename is all it takes to put the new in the place of the old. */
export interface Places {
  /** What the loader takes. */
  readonly home: string;
  /** Where the new one grows. */
  readonly staging: string;
  /** Where the old one waits while the new one moves in. */
  readonly old: string;
  /** Downloaded wheels and logs; kept until a setup succeeds. */
  readonly downloads: string;
}

/** Names the folders that a setup uses below `root`. */
export function placesIn(root: string): Places {
  const at = (name: string) => join(root, `.tensorflow${name}`);
  return { home: at(""), staging: at(".partial"), old: at(".old"), downloads: at("-downloads") };
}

/** Brings back the old folder if a setup was killed between its two renames. */
export function recover({ home, old }: Places): void {
  if (!existsSync(home) && existsSync(old)) renameSync(old, home);
}

/** Renames both in one turn of the event loop: no signal handler comes in between. */
export async function takeOver({ home, staging, old, downloads }: Places): Promise<void> {
  await rm(old, { recursive: true, force: true });
  if (existsSync(home)) renameSync(home, old);
  renameSync(staging, home);
  await rm(old, { recursive: true, force: true });
  await rm(downloads, { recursive: true, force: true });
}

/**
 * Runs `work` with an empty staging folder, which is removed afterwards.
 *
 * @throws {UserError} while another process of this machine is at it.
 */
export async function withStaging<T>({ staging, downloads }: Places, work: () => Promise<T>): Promise<T> {
  await mkdir(downloads, { recursive: true });
  const claim = join(downloads, "setup.pid");
  const [pid, host] = existsSync(claim) ? readFileSync(claim, "utf8").split(" ") : [];
  if (host === hostname() && isAlive(Number(pid))) {
    throw new UserError(`setup tensorflow: process ${pid!} is setting it up already; wait until it has ended`);
  }
  await writeFile(claim, `${process.pid} ${hostname()}`);
  try {
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging);
    return await work();
  } finally {
    await rm(staging, { recursive: true, force: true });
    await rm(claim, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Counts the bytes of all files below a folder. */
export async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
