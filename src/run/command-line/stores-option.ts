import { readdirSync, statSync } from "node:fs";
import { join, parse, sep } from "node:path";
import { Option } from "commander";
import { UserError } from "../../core/errors.ts";
import { manifestIn } from "../../store/archive/manifest.ts";
import { isFolder } from "../../store/make-folder.ts";
import { DEFAULT_STORE } from "./default-store.ts";

/** Makes `--store` of commands that read several, `store` unless told otherwise: it may be repeated, and name several by `*`. */
export const storesOption = (store = DEFAULT_STORE): Option =>
  new Option("--store <file>", "the store to read; several: repeat it, or 'results/*.duckdb'")
    .argParser((path: string, before: string | readonly string[]) => [
      ...(typeof before === "string" ? [] : before),
      path,
    ])
    .default(store);

/**
 * Returns the stores that were asked for, each once, in the order in which they were named; those of a pattern by name. In patterns
 * `*` stands for any characters of a name, `**` for any folders.
 *
 * @throws {UserError} for a pattern that no store matches.
 */
export function storesOf(asked: string | readonly string[]): readonly string[] {
  const paths = typeof asked === "string" ? [asked] : asked;
  return [...new Set(paths.flatMap((path) => (path.includes("*") && !isThere(path) ? matches(path) : [path])))];
}

function matches(pattern: string): readonly string[] {
  // On Windows both slashes divide folders, and a path may begin with a drive.
  const slashed = pattern.replaceAll(sep, "/");
  const { root } = parse(slashed);
  const isStore = (path: string): boolean => {
    const full = join(root, path);
    return isFolder(full) ? manifestIn(full) !== undefined : isThere(full) && !path.endsWith(".wal");
  };
  const found = below(root, "", slashed.slice(root.length).split("/")).filter(isStore);
  if (found.length === 0) throw new UserError(`no store is called ${pattern}`);
  return found.map((path) => `${root}${path}`).sort();
}

/** Paths below `root`, from there, of those below `path` that match the rest of a pattern. */
function below(root: string, path: string, [part, ...rest]: readonly string[]): string[] {
  if (part === undefined) return [path];
  const at = (name: string): string => (path === "" ? name : `${path}/${name}`);
  if (!part.includes("*")) return below(root, at(part), rest);
  const names = namesIn(join(root, path));
  if (part === "**") {
    const folders = names.filter((name) => isFolder(join(root, at(name))));
    return [...below(root, path, rest), ...folders.flatMap((name) => below(root, at(name), [part, ...rest]))];
  }
  const isMatch = new RegExp(`^${part.split("*").map(escaped).join(".*")}$`, "u");
  return names.filter((name) => isMatch.test(name)).flatMap((name) => below(root, at(name), rest));
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** Without what is hidden. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
