import { existsSync } from "node:fs";
import { UserError } from "../core/errors.ts";
import { quoted } from "./quoted.ts";
import type { Store } from "./store.ts";

/** What a table of an extension is filled with: rows that come with the package, in a CSV file with a header. */
export interface TableContents {
  /** The extension whose table it is. */
  readonly extension: string;
  readonly table: string;
  /** Goes up whenever the file changes. */
  readonly version: number;
  readonly file: string;
  /** What is missing without the file, in words: `the curves of 2018`. */
  readonly what: string;
}

/**
 * Fills a table, unless the store has this version of its contents; those of an earlier version are replaced. Rows
 * whose version nobody wrote down are of the first.
 *
 * @throws {UserError} when the file is missing.
 */
export async function fill(store: Store, { extension, table, version, file, what }: TableContents): Promise<void> {
  const part = `contents of ${table}`;
  const { rows } = await store.query("SELECT version FROM extension_version WHERE extension = $1 AND part = $2", [
    extension,
    part,
  ]);
  const isFilled = (await store.query(`SELECT 1 FROM ${table} LIMIT 1`)).rows.length > 0;
  if (isFilled && Number(rows[0]?.[0] ?? 1) >= version) return;
  if (!existsSync(file)) throw new UserError(`${file} is missing: it holds ${what}; install gradstream again`);
  const { columns } = await store.query(`SELECT * FROM ${table} LIMIT 0`);
  const types = columns.map(({ name, type }) => `${quoted(name)}: ${quoted(type)}`).join(", ");
  await store.query("DELETE FROM extension_version WHERE extension = $1 AND part = $2", [extension, part]);
  await store.query(`DELETE FROM ${table}`);
  await store.query(
    `INSERT INTO ${table} SELECT * FROM read_csv(${quoted(file)}, header = true, hive_partitioning = false, columns = {${types}})`,
  );
  await store.query("INSERT INTO extension_version VALUES ($1, $2, $3, now() AT TIME ZONE 'UTC')", [
    extension,
    part,
    String(version),
  ]);
}
