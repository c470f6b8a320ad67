import type { DuckDBConnection } from "@duckdb/node-api";
import { loadArchive } from "./archive/load-archive.ts";
import type { StoreExtension } from "./extension.ts";
import { quoted } from "./quoted.ts";

/** A store beside the one that is open: the file of one that is up to date and that nobody writes to, or an archive. */
export interface StoreSource {
  /** Name by which it was asked for. */
  readonly name: string;
  /** Its file, links followed; of an archive the folder. */
  readonly file: string;
  /** Whether it is an archive. */
  readonly isArchive: boolean;
}

/**
 * Attaches a store to a connection under a name, for reading; an archive is loaded into memory and brought up to date
 * there, with the tables of `extensions`. The connection goes on with database `home`, as SQL has it.
 *
 * @throws {UserError} when it is an archive that cannot be read whole; what DuckDB says of a file that cannot be attached.
 */
export async function attach(
  connection: DuckDBConnection,
  alias: string,
  { name, file, isArchive }: StoreSource,
  home: string,
  extensions: readonly StoreExtension[] = [],
): Promise<void> {
  if (!isArchive) {
    await connection.run(`ATTACH ${quoted(file)} AS ${alias} (READ_ONLY)`);
    return;
  }
  await connection.run(`ATTACH ':memory:' AS ${alias}`);
  try {
    await connection.run(`USE ${alias}.main`);
    await loadArchive(connection, file, extensions, name);
  } finally {
    await connection.run(`USE ${home}`);
  }
}
