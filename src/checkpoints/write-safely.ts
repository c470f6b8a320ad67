import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file and waits until it is on the disk; what is left of one that fails is removed. */
export function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "w");
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Moves a file that is on the disk to its name, and waits until its folder says so. */
export function moveDurably(from: string, to: string): void {
  renameSync(from, to);
  // Windows opens no folder; there the file system sees to it.
  if (process.platform === "win32") return;
  const folder = openSync(dirname(to), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Writes a file so that at any moment either all of it is there under its name, or what was there before. */
export function writeAtomically(path: string, bytes: Uint8Array): void {
  const draft = `${path}.draft-${process.pid}`;
  writeDurably(draft, bytes);
  moveDurably(draft, path);
}
