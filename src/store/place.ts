import { readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../core/errors.ts";

/**
 * Returns the file that a store's name stands for, by its own full name: links are followed, because DuckDB looks for the
 * write-ahead log beside the name it is given.
 *
 * @throws {UserError} for names that DuckDB does not take for a file's
 * (`:memory:`, `md:x`), and for a `?` in the path, before which DuckDB would put the log's ending.
 */
export function storeFile(name: string): string {
  if (name === "") throw new UserError("the name of the store is empty; name a file with --store");
  if (/^(\w{2,}:|:memory:)/.test(name)) {
    throw new UserError(
      `${name} is not a file name that DuckDB can open; a store is a file: write ./${name} for one of that name`,
    );
  }
  const file = followed(resolve(name), 0);
  if (!file.includes("?")) return file;
  const where = file === resolve(name) && name.includes("?") ? name : `${name} (${file})`;
  throw new UserError(`${where}: DuckDB loses what it has not yet merged where a path has a ?; choose another place`);
}

/** The file itself, also where it (or, of what is still to be made, its folder) is not there. */
function followed(file: string, links: number): string {
  try {
    return realpathSync(file);
  } catch {
    const folder = dirname(file);
    if (folder === file) return file;
    const target = linkTarget(file);
    return target !== undefined && links < 40
      ? followed(target, links + 1)
      : join(followed(folder, links), basename(file));
  }
}

function linkTarget(file: string): string | undefined {
  try {
    return resolve(dirname(file), readlinkSync(file));
  } catch {
    return undefined;
  }
}
