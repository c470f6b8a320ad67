import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { UserError } from "../core/errors.ts";
import { quotedName } from "./quoted.ts";
import { openStore } from "./open-store.ts";
import { storeFile } from "./place.ts";
import { records } from "./records.ts";
import type { Store } from "./store.ts";

/** What a store took before it was compacted, and after. */
export interface Compacted {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Writes a store that is open for writing anew, without the room of rows that are gone, and puts that in its place when it
 * has as many rows in every table. Until then, and whenever something fails, the file stays as it is. The store is closed
 * afterwards.
 *
 * @throws {UserError} when it cannot be written, or what was written is not the same.
 */
export async function compactStore(store: Store): Promise<Compacted> {
  const file = storeFile(store.path);
  const draft = `${file}.compact-${process.pid}`;
  try {
    await store.flush();
    await store.query("CHECKPOINT");
    const bytesBefore = statSync(file).size;
    // From here on closing the store leaves alone what stands under its name.
    await store.rescue(draft);
    chmodSync(draft, statSync(file).mode);
    await checkSame(store, draft);
    sync(draft);
    // It would be replayed over the new file, which has what it holds.
    if (existsSync(`${file}.wal`)) throw new UserError(`${store.path}: its write-ahead log cannot be merged`);
    // Windows replaces no file that is open.
    if (process.platform === "win32") await store.close();
    renameSync(draft, file);
    return { bytesBefore, bytesAfter: statSync(file).size };
  } finally {
    await store.close();
    for (const path of [draft, `${draft}.wal`]) rmSync(path, { force: true });
  }
}

async function checkSame(store: Store, draft: string): Promise<void> {
  // Its runs under way are those of the store, which nobody is to mark.
  const written = await openStore(draft, { readOnly: true, isLive: true });
  try {
    const [before, after] = [await contentsOf(store), await contentsOf(written)];
    const other = Object.keys({ ...before, ...after }).find((name) => before[name] !== after[name]);
    if (other === undefined) return;
    throw new UserError(`${store.path}: written anew, ${other} is not the same; the file stays as it was`);
  } finally {
    await written.close();
  }
}

/** How many rows each table has, and which views there are. */
async function contentsOf(store: Store): Promise<Record<string, string>> {
  const [tables, views] = [
    await records(store, "SELECT table_name AS name FROM duckdb_tables() WHERE database_name = current_database()"),
    await records(
      store,
      "SELECT view_name AS name FROM duckdb_views() WHERE database_name = current_database() AND NOT internal",
    ),
  ];
  const contents: Record<string, string> = {};
  for (const { name } of views) contents[`view ${String(name)}`] = "there";
  for (const { name } of tables) {
    const table = quotedName(String(name));
    const [counted] = await records(store, `SELECT count(*) AS rows FROM ${table}`);
    contents[`table ${String(name)}`] = String(counted!["rows"]);
  }
  return contents;
}

function sync(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
