import { closeSync, copyFileSync, existsSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { makeFolder } from "./make-folder.ts";
import { StoreInUse } from "./store-in-use.ts";
import { cutLog } from "./write-ahead-log.ts";

/**
 * Opens the DuckDB file, creating parent folders when writing. A write-ahead log that cannot be replayed is renamed
 * with a time stamp and reported through `notices`; it is never deleted. Messages name it by `path`, as it was asked for.
 *
 * @throws {UserError} for whatever keeps the file from being opened.
 */
export async function openInstance(
  path: string,
  file: string,
  readOnly: boolean,
  notices: string[],
): Promise<DuckDBInstance> {
  if (isSpecial(file)) throw new UserError(`${path} is not a data file; name another with --store`);
  if (!readOnly) makeFolderOf(path, file);
  const alien = !readOnly && isAlienLog(`${file}.wal`);
  if (!readOnly && !alien) await cutOffDamage(path, file, notices);
  try {
    const instance = await connect(file, readOnly);
    if (alien) {
      const aside = asideName(file);
      copyFileSync(`${file}.wal`, aside);
      notices.push(`${path}: its write-ahead log is not one of DuckDB's; a copy is kept as ${aside}`);
    }
    return instance;
  } catch (error) {
    const message = firstLine(error);
    const why = explain(path, message);
    if (why instanceof StoreInUse || !tellsOfLog(message, file)) throw why;
    if (readOnly) {
      throw new UserError(`${path}: its write-ahead log is damaged; the next run that writes here sets it aside`);
    }
    const aside = asideName(file);
    renameSync(`${file}.wal`, aside);
    notices.push(`${path}: its write-ahead log was damaged and is set aside as ${aside}; what it held is missing`);
    return connect(file, readOnly).catch((again: unknown) => {
      throw explain(path, firstLine(again));
    });
  }
}

/** Keeps what is whole of a log: DuckDB leaves out silently what is cut off, and all of it where a byte is damaged. */
async function cutOffDamage(path: string, file: string, notices: string[]): Promise<void> {
  const log = `${file}.wal`;
  if (!existsSync(log)) return;
  const reader = await shared(path, file);
  try {
    const aside = asideName(file);
    const cut = cutLog(log, aside);
    if (cut === 0) return;
    notices.push(
      `${path}: the last ${cut} bytes of its write-ahead log were cut off or damaged, and what they held is missing; all ` +
        `before them is kept, and the log as it was is ${aside}`,
    );
  } finally {
    reader?.closeSync();
  }
}

/**
 * Opens the file for reading, so that nobody writes to it meanwhile; undefined where only its log keeps it from being
 * opened.
 */
async function shared(path: string, file: string): Promise<DuckDBInstance | undefined> {
  try {
    return await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
  } catch (error) {
    const refusal = explain(path, firstLine(error));
    if (refusal instanceof StoreInUse) throw refusal;
    return undefined;
  }
}

/** A pipe, a device, a socket: opening one may never end. */
function isSpecial(file: string): boolean {
  try {
    const found = statSync(file);
    return !found.isFile() && !found.isDirectory();
  } catch {
    return false;
  }
}

/** Returns the first line of an error's message: DuckDB adds hints and a caret under the SQL on further lines. */
export function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0] ?? "";
}

/** Tells whether a log, and not whoever holds the file, keeps it from being opened: its path may have the word in it. */
const tellsOfLog = (message: string, file: string): boolean =>
  existsSync(`${file}.wal`) && message.replaceAll(file, "").includes("WAL");

/** Twice the same file in one process must be one instance: DuckDB's lock does not protect a process from itself. */
function connect(file: string, readOnly: boolean): Promise<DuckDBInstance> {
  return DuckDBInstance.fromCache(file, { access_mode: readOnly ? "READ_ONLY" : "READ_WRITE" });
}

function explain(path: string, message: string): UserError {
  const holder = /Conflicting lock is held in (.+?) \(PID (\d+)\)(?: by user (\w+))?/.exec(message);
  if (holder !== null || /could not set lock/i.test(message)) {
    const who = holder === null ? "another process" : `${holder[1]} (process ${holder[2]})`;
    return new StoreInUse(`${path} is in use by ${who}; wait until it ends, or name another file with --store`);
  }
  if (message.includes("different configuration")) {
    return new UserError(`${path} is already open in this process in another mode; close it there first`);
  }
  if (message.includes("not a valid DuckDB database file")) {
    return new UserError(`${path} is not a DuckDB database; name another file with --store`);
  }
  return new UserError(`${path}: cannot open the store: ${message}`);
}

function makeFolderOf(path: string, file: string): void {
  try {
    makeFolder(dirname(file));
  } catch (error) {
    throw new UserError(`${path}: cannot create its folder: ${firstLine(error)}`);
  }
}

/** DuckDB takes a log that does not start as one for an empty log and truncates it later. Every log starts 64 00. */
function isAlienLog(path: string): boolean {
  const head = Buffer.alloc(2);
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    return readSync(file, head, 0, 2, 0) > 0 && head.readUInt16LE(0) !== 0x64;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function asideName(path: string): string {
  return `${path}.wal.damaged-${new Date().toISOString().replace(/[-:.]/g, "")}`;
}
