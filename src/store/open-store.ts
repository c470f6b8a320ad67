import { existsSync, renameSync, rmSync } from "node:fs";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { loadArchive } from "./archive/load-archive.ts";
import { readManifest } from "./archive/manifest.ts";
import { DuckDbStore } from "./duckdb-store.ts";
import { isExtended, type StoreExtension } from "./extension.ts";
import { firstLine, openInstance } from "./instance.ts";
import { isFolder } from "./make-folder.ts";
import { checkVersion, hasRunning, markInterrupted, migrate } from "./migrate.ts";
import { saveAs } from "./save-as.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import { storeFile } from "./place.ts";
import { StoreInUse } from "./store-in-use.ts";
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
  { readOnly = false, isLive = false, extensions = [] }: StoreOptions = {},
): Promise<Store> {
  const file = storeFile(path);
  if (isFolder(file)) return openArchive(path, file, readOnly, extensions);
  const opening = { path, file, readOnly, isLive, extensions, notices: [] };
  if (!readOnly) return openAlone(opening);
  // A process that ends in order leaves no log.
  const isLeft = !isLive && existsSync(`${file}.wal`);
  return isLeft ? takeUp(opening, "left") : open({ ...opening, onClose: () => undefined });
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
  readonly isLive: boolean;
  readonly onClose: () => void;
}

/** Why a file is opened for writing before it is read. */
type Lack =
  /** Its tables are of an older version. */
  | "old tables"
  /** So is what extensions keep in it: it can be read without. */
  | "old extensions"
  /** A process that is no more left runs under way in it, or its log. */
  | "left";

/** A file that lacks something to be read. */
class Lacking extends Error {
  readonly lack: Lack;

  constructor(lack: Lack) {
    super();
    this.lack = lack;
  }
}

/** Opens the file for writing, which brings everything up to date, and then for reading, or as it is where that is enough. */
async function takeUp(opening: Omit<Opening, "onClose">, lack: Lack): Promise<Store> {
  const { path, extensions, notices } = opening;
  try {
    const store = await openAlone({ ...opening, readOnly: false, notices: [] });
    notices.push(...store.notices);
    await store.close();
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof StoreInUse) throw error;
    const reason = `cannot be brought up to date: ${error.message}`;
    if (lack === "old tables") throw new UserError(`${path} is of an older version and ${reason}`);
    notices.push(
      lack === "left"
        ? `${path} was not closed by the process that wrote to it, and ${reason}`
        : `${path}: what ${extensions.map(({ name }) => name).join(", ")} keeps in it is of an older version and ${reason}`,
    );
    const kept = lack === "left" ? extensions : [];
    return open({ ...opening, extensions: kept, isLive: true, onClose: () => undefined });
  }
  return open({ ...opening, onClose: () => undefined });
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
    if (readOnly && version < SCHEMA_VERSION) throw new Lacking("old tables");
    if (readOnly && !isExtendedToo) throw new Lacking("old extensions");
    if (readOnly && !opening.isLive && (await hasRunning(reading))) throw new Lacking("left");
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
    if (version > 0 && version < SCHEMA_VERSION) {
      const backup = await backUp(writing, `${file}.schema-${version}`);
      notices.push(`${path}: brought from schema version ${version} to ${SCHEMA_VERSION}; as it was, it is ${backup}`);
    }
    await migrate(writing, version, extensions);
    const interrupted = opening.isLive ? [] : await markInterrupted(writing);
    if (interrupted.length > 0) notices.push(`${path}: marked as interrupted: ${interrupted.join(", ")}`);
    const writer = await Writer.create(writing);
    return new DuckDbStore({ path, isArchive: false, notices, instance, reading, writing, writer, onClose });
  } catch (error) {
    for (const connection of connections) connection.disconnectSync();
    instance.closeSync();
    if (error instanceof Lacking) return takeUp(opening, error.lack);
    throw error instanceof UserError ? error : new UserError(`${path}: cannot open the store: ${firstLine(error)}`);
  }
}

/** Saves a store as it is under a name that nothing has, whole or not at all. Returns the name. */
async function backUp(connection: DuckDBConnection, wanted: string): Promise<string> {
  let name = wanted;
  for (let i = 2; existsSync(name); i++) name = `${wanted}-${i}`;
  const draft = `${wanted}.draft`;
  // What a process left that was killed here.
  for (const left of [draft, `${draft}.wal`]) rmSync(left, { force: true });
  await saveAs(connection, draft);
  renameSync(draft, name);
  return name;
}
