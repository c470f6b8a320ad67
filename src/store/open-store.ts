import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { DuckDbStore } from "./duckdb-store.ts";
import { firstLine, openInstance } from "./instance.ts";
import { checkVersion, markInterrupted, migrate } from "./migrate.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import { storeFile } from "./place.ts";
import type { Store, StoreOptions } from "./store.ts";
import { Writer } from "./writer.ts";

/** Files this process has open for writing: neither DuckDB's lock nor `status = 'running'` tells us from ourselves. */
const writing = new Set<string>();

/**
 * Opens (or creates) a store: updates its tables, marks runs that a dead process left behind, checkpoints. A file of an
 * older version is updated for reading too.
 *
 * @throws {UserError} when the file cannot be written, is no store, comes from a newer version or is held by another
 * process.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { openStore } from "gradstream";
 *
 * const store = await openStore(join(mkdtempSync(join(tmpdir(), "gradstream-")), "runs.duckdb"));
 * const { rows } = await store.query("SELECT count(*) AS runs FROM run");
 * console.log(rows.length); // 1
 * await store.close();
 * ```
 */
export async function openStore(path: string, { readOnly = false }: StoreOptions = {}): Promise<Store> {
  const file = storeFile(path);
  if (readOnly) return open(path, file, true, () => undefined);
  if (writing.has(file)) throw new UserError(`${path} is already open for writing in this process; close it first`);
  writing.add(file);
  try {
    return await open(path, file, false, () => writing.delete(file));
  } catch (error) {
    writing.delete(file);
    throw error;
  }
}

/** A file of an older version, to be read: its tables lack what is asked of them. */
class Outdated extends Error {}

async function bringUpToDate(path: string): Promise<void> {
  try {
    await (await openStore(path)).close();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${path} is of an older version and cannot be brought up to date: ${error.message}`);
  }
}

async function open(path: string, file: string, readOnly: boolean, onClose: () => void): Promise<Store> {
  const notices: string[] = [];
  const instance = await openInstance(path, file, readOnly, notices);
  const connections: DuckDBConnection[] = [];
  const connect = async (): Promise<DuckDBConnection> => {
    const connection = await instance.connect();
    connections.push(connection);
    return connection;
  };
  try {
    const [reading, writing] = [await connect(), await connect()];
    // What DuckDB casts a TIMESTAMPTZ to depends on it; stores are in UTC throughout.
    await reading.run("SET GLOBAL TimeZone = 'UTC'");
    const version = await checkVersion(reading, path, readOnly);
    if (readOnly && version < SCHEMA_VERSION) throw new Outdated();
    if (readOnly) return new DuckDbStore({ path, notices, instance, reading, writing, writer: undefined, onClose });
    await migrate(writing, version);
    const interrupted = await markInterrupted(writing);
    if (interrupted.length > 0) notices.push(`${path}: marked as interrupted: ${interrupted.join(", ")}`);
    const writer = await Writer.create(writing);
    return new DuckDbStore({ path, notices, instance, reading, writing, writer, onClose });
  } catch (error) {
    for (const connection of connections) connection.disconnectSync();
    instance.closeSync();
    if (error instanceof Outdated) {
      await bringUpToDate(path);
      return open(path, file, readOnly, onClose);
    }
    throw error instanceof UserError ? error : new UserError(`${path}: cannot open the store: ${firstLine(error)}`);
  }
}
