// Installs the locked packages when they are missing or older than the lock file. Runs before anything is installed,
// so it uses nothing but Node.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`gradstream: needs Node 20.19 or newer, this is ${process.versions.node}`);
  process.exit(2);
}

/** Packages for development alone are not asked for where npm leaves them out. */
const omitsDev = process.env["NODE_ENV"] === "production" || /\bdev\b/.test(process.env["npm_config_omit"] ?? "");

/** What npm says it installed, against what the lock file asks for (optional packages of other platforms aside). */
function isInstalled() {
  const installed = packagesIn(`${root}node_modules/.package-lock.json`);
  if (!installed) return false;
  return Object.entries(packagesIn(`${root}package-lock.json`) ?? {}).every(
    ([path, { version, optional, link, dev }]) =>
      path === "" ||
      link ||
      installed[path]?.version === version ||
      (!installed[path] && (optional || (dev && omitsDev))),
  );
}

/** The packages of a lock file; undefined when it is missing or cut off. */
function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")).packages;
  } catch {
    return undefined;
  }
}

if (!isInstalled()) {
  console.error("gradstream: installing packages (npm ci) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error("gradstream: npm ci failed; its messages are above. Is the npm registry reachable?");
    process.exit(1);
  }
}
