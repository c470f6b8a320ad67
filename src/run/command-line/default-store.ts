import { existsSync } from "node:fs";
import { UserError } from "../../core/errors.ts";
import { storeFile } from "../../store/place.ts";

/** Where runs are recorded unless `--store` names another file. */
export const DEFAULT_STORE = "results/gradstream.duckdb";

/** Makes sure that there is a store. @throws {UserError} when there is none yet, or what is named is not a file. */
export function requireStore(path: string): void {
  if (!existsSync(storeFile(path))) {
    throw new UserError(
      `${path} does not exist: run something first (gradstream run <pipeline>), or name another --store`,
    );
  }
}
