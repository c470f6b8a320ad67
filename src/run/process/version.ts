import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Returns the version in package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { version: string }).version;
}

/** Returns the package's version and, in a checkout, its commit: `0.1.0+3a4635d`, `-dirty` with local changes. */
export function codeVersion(): string {
  const version = packageVersion();
  // Where gradstream is installed, git would find the repository that it is installed in.
  if (!existsSync(`${ROOT}.git`)) return version;
  try {
    const args = ["describe", "--always", "--dirty", "--abbrev=9", "--exclude=*"];
    const commit = execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return `${version}+${commit.trim()}`;
  } catch {
    return version;
  }
}
