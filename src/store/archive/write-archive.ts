import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync, existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import { firstLine } from "../instance.ts";
import { quoted } from "../quoted.ts";
import { records } from "../records.ts";
import type { Store } from "../store.ts";
import { type ArchivedTable, isArchive, type Manifest, MANIFEST, manifestOf, sha256Of } from "./manifest.ts";

/** Options of `writeArchive`. */
export interface ArchiveOptions {
  /** Describes this machine; stands in place of its name, so that no host's name leaves it. */
  readonly machine: string;
  /** This machine's name, as runs have it. */
  readonly host: string;
  /** What trained and wrote the runs, by name: `duckdb`, `node`, … */
  readonly versions: Readonly<Record<string, string>>;
}

/** Steps and values compress best column by column in the order of series, and where small numbers stay numbers. */
const PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 100";

const ENDED = "SELECT * FROM run WHERE status IN ('completed', 'diverged')";

/**
 * Writes the runs of a store that ended by themselves, with all that they recorded and the verdicts on them, as a folder of
 * Parquet files with a manifest that names machine, versions, rows and hashes. Readings and histograms are one file an
 * experiment, so that adding an experiment changes no other's. An archive of that name is replaced in one step.
 *
 * @throws {UserError} when there is nothing to write, the folder is something else, or it cannot be written.
 */
export async function writeArchive(store: Store, folder: string, options: ArchiveOptions): Promise<Manifest> {
  const target = resolve(folder);
  if (existsSync(target) && !isArchive(target) && !isEmptyFolder(target)) {
    throw new UserError(`${folder} is there already and no archive; name another folder`);
  }
  const experiments = (await records(store, `SELECT DISTINCT experiment FROM (${ENDED}) ORDER BY ALL`)).map(
    ({ experiment }) => String(experiment),
  );
  if (experiments.length === 0) throw new UserError(`${store.path} has no run that completed or diverged`);
  const partial = `${target}.partial-${process.pid}`;
  try {
    mkdirSync(partial, { recursive: true });
    const manifest = await writeFiles(store, partial, experiments, options);
    replace(target, partial);
    return manifest;
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`${folder} cannot be written: ${firstLine(error)}`);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function writeFiles(
  store: Store,
  folder: string,
  experiments: readonly string[],
  { host, machine, versions }: ArchiveOptions,
): Promise<Manifest> {
  const files: Record<string, Manifest["files"][string]> = {};
  const write = async (table: ArchivedTable, name: string, sql: string): Promise<void> => {
    const file = `${name}.parquet`;
    const path = join(folder, file);
    await store.query(`COPY (${sql}) TO ${quoted(path)} (${PARQUET})`);
    const [counted] = await records(store, `SELECT count(*)::INTEGER AS rows FROM read_parquet(${quoted(path)})`);
    const rows = counted!["rows"] as number;
    files[file] = { table, rows, bytes: statSync(path).size, sha256: await sha256Of(path) };
  };
  await write(
    "run",
    "run",
    `SELECT * REPLACE (if(host = ${quoted(host)}, ${quoted(machine)}, host) AS host) FROM (${ENDED})
     ORDER BY started_at, run_id`,
  );
  await write(
    "event",
    "event",
    `SELECT * EXCLUDE (kind) FROM event WHERE run_id IN (SELECT run_id FROM (${ENDED})) ORDER BY run_id, step, "at"`,
  );
  const [hasClaims] = await records(store, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'claim'");
  if (hasClaims) await write("claim", "claim", "FROM claim ORDER BY scale, len(claim_id), claim_id");
  for (const experiment of experiments) {
    const name = experiment.replace(/[^\w-]+/g, "-");
    const runs = `(SELECT run_id FROM (${ENDED}) WHERE experiment = ${quoted(experiment)})`;
    await write(
      "reading",
      `reading-${name}`,
      `FROM reading WHERE run_id IN ${runs} ORDER BY run_id, probe, stat, layer, unit, distance, step`,
    );
    await write(
      "histogram",
      `histogram-${name}`,
      `FROM histogram WHERE run_id IN ${runs} ORDER BY run_id, layer, site, unit, step`,
    );
  }
  const manifest = manifestOf({ machine, versions, files }, new Date());
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

const isEmptyFolder = (path: string): boolean => statSync(path).isDirectory() && readdirSync(path).length === 0;

function replace(target: string, by: string): void {
  mkdirSync(dirname(target), { recursive: true });
  const old = `${by}-old`;
  if (existsSync(target)) renameSync(target, old);
  renameSync(by, target);
  rmSync(old, { recursive: true, force: true });
}
