import { readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import { npm } from "./prerequisites.ts";
import type { Setup } from "./setup.ts";
import { runTool } from "./tool.ts";

export const TFJS_NODE_VERSION = "4.22.0";
const NODE_API_HEADERS = "node-api-headers@1.9.0";
const FLAGS = ["--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];

/**
 * Installs tfjs-node without its scripts, and the headers of Node's C interface. Of its copy of tfjs all goes that is
 * installed beside this project, so that Node finds that: backends register in the one tfjs-core.
 *
 * @throws {UserError} when npm fails.
 */
export async function installPackages({ places, package: name, env, signal }: Setup): Promise<void> {
  const { staging, downloads } = places;
  await writeFile(join(staging, "package.json"), JSON.stringify({ private: true }));
  const packages = [`${name}@${TFJS_NODE_VERSION}`, NODE_API_HEADERS];
  const log = join(downloads, "npm.log");
  const { ok, ending } = await runTool([npm, "install", ...FLAGS, ...packages], { env, signal, cwd: staging, log });
  if (!ok) {
    throw new UserError(
      `setup tensorflow: npm could not install ${packages.join(" and ")} (${ending}, see ${log}); ` +
        "is the npm registry reachable?",
    );
  }
  const scope = join(staging, "node_modules/@tensorflow");
  const others = (await readdir(scope)).filter((folder) => !folder.startsWith("tfjs-node"));
  const copies = others.filter((folder) => isOurs(`@tensorflow/${folder}`));
  await Promise.all(copies.map((folder) => rm(join(scope, folder), { recursive: true })));
}

const { resolve } = createRequire(import.meta.url);

function isOurs(name: string): boolean {
  try {
    resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
