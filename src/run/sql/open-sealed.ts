import { availableParallelism } from "node:os";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";

/** Of the memory that the answering process may take, what DuckDB may. */
const SHARE = 0.5;

/** A database that SQL of strangers is run on. */
export interface Sealed {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
}

/**
 * Opens a file of DuckDB's for reading only, where SQL reaches no other file, no network and no setting, and takes at most
 * a part of `memory` and a quarter of the processors.
 */
export async function openSealed(file: string, memory: number): Promise<Sealed> {
  const instance = await DuckDBInstance.create(file, {
    access_mode: "READ_ONLY",
    memory_limit: `${Math.round((memory * SHARE) / 2 ** 20)}MiB`,
    threads: String(Math.max(1, Math.floor(availableParallelism() / 4))),
    temp_directory: "",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    enable_external_access: "false",
  });
  const connection = await instance.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  await connection.run("SET lock_configuration = true");
  return { instance, connection };
}
