import { existsSync } from "node:fs";
import { UserError } from "../../core/errors.ts";
import { shellQuoted } from "../../core/shell-quoted.ts";
import { storeFile } from "../../store/place.ts";

/** Where runs are recorded unless `--store` names another file. */
export const DEFAULT_STORE = "results/gradstream.duckdb";

/** Writes the option that names a store, after a blank; nothing for the default. */
export const storeOption = (path: string): string => (path === DEFAULT_STORE ? "" : ` --store ${shellQuoted(path)}`);

/** Makes sure that there is a store. @throws {UserError} when there is none yet, or what is named is not a file. */
export function requireStore(path: string): void {
  if (!existsSync(storeFile(path))) {
    throw new UserError(
      `${path} does not exist: run something first (gradstream run <pipeline>), or name another --store`,
    );
  }
}
