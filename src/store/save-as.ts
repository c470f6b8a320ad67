import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { firstLine } from "./instance.ts";
import { quoted, quotedName } from "./quoted.ts";

/** Writes all that a connection's database holds to a new file. @throws {UserError} when it cannot be written. */
export async function saveAs(connection: DuckDBConnection, path: string): Promise<void> {
  const found = await connection.runAndReadAll("SELECT current_database()");
  const name = quotedName(found.getRowsJS()[0]![0] as string);
  try {
    await connection.run(`ATTACH ${quoted(path)} AS saved_as`);
    try {
      await connection.run(`COPY FROM DATABASE ${name} TO saved_as`);
    } finally {
      await connection.run("DETACH saved_as");
    }
  } catch (error) {
    throw new UserError(`${path}: cannot be written: ${firstLine(error)}`);
  }
}
