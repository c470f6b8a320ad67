import { readFileSync, rmSync, writeFileSync } from "node:fs";

const fileOf = (store: string): string => `${store}.live`;

/** Writes down, for this user alone, where the live page of the process that writes to a store is. */
export function noteLivePage(store: string, url: string): void {
  try {
    writeFileSync(fileOf(store), JSON.stringify({ pid: process.pid, url }), { mode: 0o600 });
  } catch {
    // Then others are not told.
  }
}

/** Removes what `noteLivePage` wrote. */
export function forgetLivePage(store: string): void {
  rmSync(fileOf(store), { force: true });
}

/** Returns the address of the live page of the process that writes to a store; undefined where that is not known. */
export function livePageOf(store: string): string | undefined {
  try {
    const { pid, url } = JSON.parse(readFileSync(fileOf(store), "utf8")) as { pid: number; url: string };
    process.kill(pid, 0);
    return url;
  } catch {
    return undefined;
  }
}
