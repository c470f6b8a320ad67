import { existsSync, readFileSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Packages that pages load as they were published: the editor of SQL, and what writes Parquet. */
const PACKAGES = [
  "@codemirror/autocomplete",
  "@codemirror/commands",
  "@codemirror/lang-sql",
  "@codemirror/language",
  "@codemirror/lint",
  "@codemirror/state",
  "@codemirror/view",
  "@lezer/highlight",
  "hyparquet-writer",
];
const IMPORT = /^((?:import|export)\b(?:[^'"]*?\bfrom)?\s*)(['"])([^'"]+)\2/gm;
/** What a package's `exports` are asked for, the first one first. */
const CONDITIONS = ["browser", "import", "module", "default"];

type Exports = string | { readonly [condition: string]: Exports };
interface Manifest {
  readonly exports?: Exports;
  readonly module?: string;
  readonly main?: string;
}

/** Where a module is served, and where it lies. */
interface Place {
  readonly url: string;
  readonly file: string;
}

/** Modules of packages, with those that they import. */
export interface Vendored {
  /** URL paths by the names of packages. */
  readonly urls: ReadonlyMap<string, string>;
  /** Texts by URL path, with addresses for names of packages. */
  readonly modules: ReadonlyMap<string, () => Promise<string>>;
}

/** Finds the modules of what pages load from other packages. Reads them all: some 40, 2 MB. */
export function vendored(): Vendored {
  const here = fileURLToPath(import.meta.url);
  const waiting = PACKAGES.map((name) => find(name, { url: "", file: here }));
  const urls = new Map(PACKAGES.map((name, i) => [name, waiting[i]!.url]));
  const modules = new Map<string, () => Promise<string>>();
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    const module = one;
    if (modules.has(module.url)) continue;
    modules.set(module.url, async () => rewritten(await readFile(module.file, "utf8"), module));
    for (const [, , , name] of readFileSync(module.file, "utf8").matchAll(IMPORT)) waiting.push(find(name!, module));
  }
  return { urls, modules };
}

const rewritten = (code: string, from: Place): string =>
  code.replace(/^\/\/# sourceMappingURL=.*/m, "").replaceAll(IMPORT, (_, head: string, quote: string, name: string) => {
    const to = posix.relative(posix.dirname(from.url), find(name, from).url);
    return `${head}${quote}${to.startsWith(".") ? to : `./${to}`}${quote}`;
  });

function find(name: string, from: Place): Place {
  if (name.startsWith(".")) {
    return { url: posix.join(posix.dirname(from.url), name), file: join(dirname(from.file), name) };
  }
  const [, scoped, inside] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(name)!;
  const folder = folderOf(scoped!, from.file);
  const file = inside === undefined ? join(folder, entryOf(folder)) : join(folder, inside);
  return { url: `/vendor/${scoped}/${relative(folder, file).split(sep).join("/")}`, file };
}

/** A package keeps its manifest to itself where its `exports` do not name it: it is looked for, as Node looks for it. */
function folderOf(name: string, from: string): string {
  const paths = createRequire(from).resolve.paths(name) ?? [];
  const found = paths.find((path) => existsSync(join(path, name, "package.json")));
  if (found === undefined) throw new Error(`${name} is not installed; run npm install`);
  return realpathSync(join(found, name));
}

function entryOf(folder: string): string {
  const { exports, module, main } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const root = typeof exports === "object" && "." in exports ? exports["."] : exports;
  return chosen(root) ?? module ?? main ?? "index.js";
}

function chosen(exports: Exports | undefined): string | undefined {
  if (exports === undefined || typeof exports === "string") return exports;
  const condition = CONDITIONS.find((name) => name in exports);
  return condition === undefined ? undefined : chosen(exports[condition]);
}
