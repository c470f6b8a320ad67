import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../core/errors.ts";

/**
 * Has `write` fill a folder beside, which gets its name when all is there; nothing is left of one that fails.
 *
 * @throws {UserError} when something is there under that name, or it cannot be written.
 */
export async function newFolder<T>(folder: string, write: (path: string) => Promise<T>): Promise<T> {
  const target = resolve(folder);
  const partial = `${target}.partial-${process.pid}`;
  if (existsSync(target) && !isEmpty(target)) throw new UserError(`${folder} is there already; name another folder`);
  try {
    mkdirSync(dirname(target), { recursive: true });
    mkdirSync(partial);
    const result = await write(partial);
    if (existsSync(target)) rmdirSync(target);
    renameSync(partial, target);
    return result;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${folder} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function isEmpty(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}
