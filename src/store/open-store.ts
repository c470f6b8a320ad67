import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { loadArchive } from "./archive/load-archive.ts";
import { readManifest } from "./archive/manifest.ts";
import { DuckDbStore } from "./duckdb-store.ts";
import { isExtended, type StoreExtension } from "./extension.ts";
import { firstLine, openInstance } from "./instance.ts";
import { isFolder } from "./make-folder.ts";
import { checkVersion, markInterrupted, migrate } from "./migrate.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import { storeFile } from "./place.ts";
import type { Store, StoreOptions } from "./store.ts";
import { Writer } from "./writer.ts";

/** Files this process has open for writing: neither DuckDB's lock nor `status = 'running'` tells us from ourselves. */
const writing = new Set<string>();

/**
 * Opens (or creates) a store: brings its tables up to date, marks runs that a dead process left behind, checkpoints.
 * A file of an older version is brought up to date for reading too; where only extensions are older and the file cannot
 * be written, it is read as it is. An archive is loaded into memory, for reading only.
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
export async function openStore(
  path: string,
  { readOnly = false, extensions = [] }: StoreOptions = {},
): Promise<Store> {
  const file = storeFile(path);
  if (isFolder(file)) return openArchive(path, file, readOnly, extensions);
  const opening = { path, file, readOnly, extensions, notices: [] };
  return readOnly ? open({ ...opening, onClose: () => undefined }) : openAlone(opening);
}

/** Opens a file that is not yet open for writing in this process. */
async function openAlone(opening: Omit<Opening, "onClose">): Promise<Store> {
  const { path, file } = opening;
  if (writing.has(file)) throw new UserError(`${path} is already open for writing in this process; close it first`);
  writing.add(file);
  try {
    return await open({ ...opening, onClose: () => writing.delete(file) });
  } catch (error) {
    writing.delete(file);
    throw error;
  }
}

/** Loads an archive into memory and opens that, for reading only. */
async function openArchive(
  path: string,
  folder: string,
  readOnly: boolean,
  extensions: readonly StoreExtension[],
): Promise<Store> {
  if (!readOnly) {
    readManifest(folder, path);
    throw new UserError(
      `${path} is an archive, for reading only; take its runs over into a store with gradstream import`,
    );
  }
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const [reading, writing] = [await instance.connect(), await instance.connect()];
    await reading.run("SET GLOBAL TimeZone = 'UTC'");
    await loadArchive(writing, folder, extensions, path);
    const onClose = (): void => undefined;
    return new DuckDbStore({
      path,
      isArchive: true,
      notices: [],
      instance,
      reading,
      writing,
      writer: undefined,
      onClose,
    });
  } catch (error) {
    instance.closeSync();
    throw error instanceof UserError ? error : new UserError(`${path}: cannot open the archive: ${firstLine(error)}`);
  }
}

interface Opening {
  readonly path: string;
  readonly file: string;
  readonly readOnly: boolean;
  readonly extensions: readonly StoreExtension[];
  readonly notices: string[];
  /** Leaves the rows of runs as they are: whoever only reads a file decides nothing of who wrote it. */
  readonly leavesRuns?: boolean;
  readonly onClose: () => void;
}

/** A file of an older version, to be read: its tables, or those of extensions, lack what is asked of them. */
class Outdated extends Error {
  readonly isReadable: boolean;

  constructor(isReadable: boolean) {
    super();
    this.isReadable = isReadable;
  }
}

/** Brings the file up to date and opens it, or as it is where that is enough. */
async function reopen(opening: Opening, isReadable: boolean): Promise<Store> {
  const { path, extensions, notices } = opening;
  try {
    await (await openAlone({ ...opening, readOnly: false, notices: [], leavesRuns: isReadable })).close();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const reason = `is of an older version and cannot be brought up to date: ${error.message}`;
    if (!isReadable) throw new UserError(`${path} ${reason}`);
    notices.push(`${path}: what ${extensions.map(({ name }) => name).join(", ")} keeps in it ${reason}`);
  }
  return open({ ...opening, extensions: [] });
}

async function open(opening: Opening): Promise<Store> {
  const { path, file, readOnly, extensions, notices, onClose } = opening;
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
    const isExtendedToo = await isExtended(reading, extensions, path);
    if (readOnly && version < SCHEMA_VERSION) throw new Outdated(false);
    if (readOnly && !isExtendedToo) throw new Outdated(true);
    if (readOnly)
      return new DuckDbStore({
        path,
        isArchive: false,
        notices,
        instance,
        reading,
        writing,
        writer: undefined,
        onClose,
      });
    await migrate(writing, version, extensions);
    const interrupted = opening.leavesRuns === true ? [] : await markInterrupted(writing);
    if (interrupted.length > 0) notices.push(`${path}: marked as interrupted: ${interrupted.join(", ")}`);
    const writer = await Writer.create(writing);
    return new DuckDbStore({ path, isArchive: false, notices, instance, reading, writing, writer, onClose });
  } catch (error) {
    for (const connection of connections) connection.disconnectSync();
    instance.closeSync();
    if (error instanceof Outdated) return reopen(opening, error.isReadable);
    throw error instanceof UserError ? error : new UserError(`${path}: cannot open the store: ${firstLine(error)}`);
  }
}
