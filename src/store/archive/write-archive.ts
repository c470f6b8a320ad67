import { existsSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import { firstLine } from "../instance.ts";
import { isFolder, makeFolder } from "../make-folder.ts";
import { quoted } from "../quoted.ts";
import { records } from "../records.ts";
import { type RunChoice, choiceSql, choiceText } from "../run-choice.ts";
import type { Store } from "../store.ts";
import { copySql, type Encoding } from "./encoding.ts";
import { FILE_NAME, type Manifest, MANIFEST, manifestIn, manifestOf, sha256Of } from "./manifest.ts";

/** How the names of folders begin in which archives are written until they are whole. */
const PARTIAL = ".partial-";

/** Options of `writeArchive`. */
export interface ArchiveOptions {
  /** Describes this machine; stands in place of its name, so that no host's name leaves it. */
  readonly machine: string;
  /** This machine's name, as runs have it. */
  readonly host: string;
  /** What trained and wrote the runs, by name: `duckdb`, `node`, … */
  readonly versions: Readonly<Record<string, string>>;
  /** Tables of extensions that are archived whole where the store has them. Default none. */
  readonly tables?: readonly string[];
  /** How tables are written. Default Parquet. */
  readonly encoding?: Encoding;
  /** Of which runs, of those that ended. Default: all. */
  readonly choice?: RunChoice;
  /** Ends the writing between two files; what was written by then is removed. */
  readonly signal?: AbortSignal;
}

/**
 * Writes the runs of a store that ended by themselves, with all that they recorded, the verdicts on them and the ledgers of
 * the sweeps that they are of, as a folder of
 * files with a manifest that names machine, versions, rows and hashes. As Parquet, readings and histograms are one file an
 * experiment, so that adding an experiment changes no other's; as CSV and JSON lines, a file a table.
 *
 * An archive of that name is replaced once all files are written, its manifest last: one that was cut off is refused by
 * whoever opens it. Other files beside it stay.
 *
 * @throws {UserError} when there is nothing to write, the folder is something else, it cannot be written, or `signal`
 * ends it.
 */
export async function writeArchive(store: Store, folder: string, options: ArchiveOptions): Promise<Manifest> {
  const target = resolve(folder);
  const isNew = !existsSync(target);
  if (!isNew && manifestIn(target) === undefined && !isEmptyFolder(target)) {
    throw new UserError(`${folder} is there already and no archive; name another folder`);
  }
  const experiments = await experimentsOf(store, options.choice);
  // In the folder itself, which may be a link or a disk of its own: from there files can be renamed.
  const partial = join(target, `${PARTIAL}${process.pid}`);
  try {
    makeFolder(partial);
    const manifest = await writeFiles(store, partial, experiments, options);
    moveInto(target, partial, manifest);
    return manifest;
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`${folder} cannot be written: ${firstLine(error)}`);
  } finally {
    if (isFolder(partial)) rmSync(partial, { recursive: true, force: true });
    if (isNew && isEmptyFolder(target)) rmdirSync(target);
  }
}

async function writeFiles(
  store: Store,
  folder: string,
  experiments: readonly string[],
  { host, machine, versions, tables = [], encoding = "parquet", choice = {}, signal }: ArchiveOptions,
): Promise<Manifest> {
  const ended = `SELECT * FROM run WHERE ${endedSql(choice)}`;
  const files: Record<string, Manifest["files"][string]> = {};
  const write = async (table: string, name: string, sql: string): Promise<void> => {
    if (signal?.aborted) throw new UserError("stopped; nothing was written");
    const file = unused(name, encoding, files);
    const path = join(folder, file);
    const described = await records(store, `DESCRIBE ${sql.startsWith("FROM") ? `SELECT * ${sql}` : sql}`);
    const columns = described.map((row) => ({ name: String(row["column_name"]), type: String(row["column_type"]) }));
    const [copied] = await records(store, copySql(encoding, sql, columns, path));
    const rows = Number(copied!["Count"]);
    files[file] = { table, rows, bytes: statSync(path).size, sha256: await sha256Of(path) };
  };
  const hostText = quoted(host);
  await write(
    "run",
    "run",
    `SELECT * REPLACE (if(host = ${hostText}, ${quoted(machine)}, host) AS host) FROM (${ended}) ORDER BY started_at, run_id`,
  );
  const ids = `SELECT run_id FROM (${ended})`;
  await write(
    "event",
    "event",
    `SELECT * EXCLUDE (kind) FROM event WHERE run_id IN (${ids}) ORDER BY run_id, step, "at"`,
  );
  const there = await records(store, "SELECT table_name AS name FROM duckdb_tables()");
  for (const table of tables) {
    if (there.some(({ name }) => name === table)) await write(table, table, `FROM ${table} ORDER BY ALL`);
  }
  const swept = await ledgerSql(store, `run_id IN (${ids})`, hostText, quoted(machine));
  for (const [table, sql] of swept) await write(table, table, sql);
  const parts = encoding === "parquet" ? experiments : [undefined];
  for (const experiment of parts) {
    const name = experiment === undefined ? "" : `-${experiment.replace(/[^\w-]+/g, "-")}`;
    const own = experiment === undefined ? `(${ids})` : `(${ids} WHERE experiment = ${quoted(experiment)})`;
    await write(
      "reading",
      `reading${name}`,
      `FROM reading WHERE run_id IN ${own} ORDER BY run_id, probe, stat, layer, unit, distance, step`,
    );
    await write(
      "histogram",
      `histogram${name}`,
      `FROM histogram WHERE run_id IN ${own} ORDER BY run_id, layer, site, unit, step`,
    );
  }
  const manifest = manifestOf({ machine, versions, files }, new Date());
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Writes the queries of the ledgers of sweeps of which there are such runs, in the order of their plans; none where none is. */
async function ledgerSql(
  store: Store,
  ofRuns: string,
  host: string,
  machine: string,
): Promise<readonly (readonly [table: string, sql: string])[]> {
  const wanted = `sweep_id IN (SELECT sweep_id FROM trial WHERE ${ofRuns}) AND sweep_id NOT IN (SELECT sweep_id FROM sweep WHERE state = 'running')`;
  const [found] = await records(store, `SELECT count(*) AS n FROM sweep WHERE ${wanted}`);
  if (Number(found!["n"]) === 0) return [];
  const worker = `if(starts_with(worker, ${host} || ' '), ${machine} || worker[length(${host}) + 1:], worker) AS worker`;
  // Where the pipeline and the results lie on this machine is nobody's business.
  const file = "to_json(plan ->> '$.manifest.file')::VARCHAR";
  const named = `coalesce(replace(plan::VARCHAR, ${file}, to_json(pipeline)::VARCHAR)::JSON, plan)`;
  const plan = `if(json_exists(plan, '$.place'), json_merge_patch(${named}, '{"place": null}'), ${named}) AS plan`;
  return [
    [
      "sweep",
      `SELECT * REPLACE (if(host = ${host}, ${machine}, host) AS host, ${plan}) FROM sweep WHERE ${wanted} ORDER BY sweep_id`,
    ],
    ["trial", `SELECT * REPLACE (${worker}) FROM trial WHERE ${wanted}`],
    ["attempt", `SELECT * REPLACE (${worker}) FROM attempt WHERE ${wanted}`],
  ];
}

const endedSql = (choice: RunChoice): string => `status IN ('completed', 'diverged') AND ${choiceSql(choice)}`;

async function experimentsOf(store: Store, choice: RunChoice = {}): Promise<readonly string[]> {
  const rows = await records(store, `SELECT DISTINCT experiment FROM run WHERE ${endedSql(choice)} ORDER BY ALL`);
  if (rows.length > 0) return rows.map(({ experiment }) => String(experiment));
  throw new UserError(`${store.path} has no run${choiceText(choice)} that completed or diverged`);
}

/** A name that no file has yet, in upper or lower case: experiments may differ in what the name of a file cannot hold. */
function unused(name: string, ending: string, files: object): string {
  const taken = new Set(Object.keys(files).map((file) => file.toLowerCase()));
  let free = `${name}.${ending}`;
  for (let i = 2; taken.has(free.toLowerCase()); i++) free = `${name}-${i}.${ending}`;
  return free;
}

/** An archive that was being written when its process was killed is none. */
const isEmptyFolder = (path: string): boolean =>
  isFolder(path) && readdirSync(path).every((name) => name.startsWith(PARTIAL));

/** Puts the files of an archive in the place of an earlier one's, its manifest last, and takes away those it had besides. */
function moveInto(target: string, from: string, { files }: Manifest): void {
  const before = Object.keys(manifestIn(target)?.files ?? {}).filter((name) => FILE_NAME.test(name));
  for (const name of [...Object.keys(files), MANIFEST]) renameSync(join(from, name), join(target, name));
  for (const name of before) if (!(name in files)) rmSync(join(target, name), { force: true });
}
