import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const QUIET = ["--no-audit", "--no-fund", "--loglevel=error"];

/** What `npm pack` made. */
export interface Packed {
  /** Path of the tarball. */
  readonly tarball: string;
  /** Paths in the package. */
  readonly files: readonly string[];
  /** Unpacked size in bytes. */
  readonly bytes: number;
}

/** Builds the package and packs it into a folder. */
export function pack(folder: string): Packed {
  // Of the build that runs before, npm prints what it says.
  npm(["run", "build"], ROOT);
  const text = npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], ROOT);
  const [{ filename, files, unpackedSize }] = JSON.parse(text) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[]; readonly unpackedSize: number },
  ];
  return { tarball: join(folder, filename), files: files.map(({ path }) => path), bytes: unpackedSize };
}

/** Installs a tarball, as people do, in a folder that is a project of its own; from npm's cache what is there. */
export function installPacked(tarball: string, folder: string): void {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  install(folder, tarball);
}

/** Installs packages, or tarballs of them, into a project that is there; from npm's cache what is there. */
export function install(folder: string, ...what: readonly string[]): void {
  npm(["install", "--prefer-offline", ...QUIET, ...what], folder);
}

/** Packs another folder of this repository than its root. Returns the path of the tarball. */
export function packFolder(source: string, folder: string): string {
  const text = npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], join(ROOT, source));
  return join(folder, (JSON.parse(text) as [{ readonly filename: string }])[0].filename);
}

function npm(args: readonly string[], cwd: string): string {
  // Settings of an npm that runs this are not those of the project.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config|package)_/i.test(name)));
  // On Windows npm is a script, which Node starts through a shell only.
  const shell = process.platform === "win32";
  return execFileSync("npm", args, { cwd, env, shell, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
