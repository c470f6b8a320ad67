import { existsSync, readFileSync } from "node:fs";

const ROOT = new URL("../../../", import.meta.url);
const IS_SOURCE = import.meta.url === new URL("src/run/typescript/source-door.js", ROOT).href;
const { exports: doors } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));

/**
 * Returns the URL of the source of one of the package's doors, such as `gradstream/client`, whose exports name the build.
 * Undefined for what is no door, and in a build, where the exports are right as they stand.
 *
 * @param {string} specifier
 * @returns {string | undefined}
 */
export function sourceDoor(specifier) {
  const built = IS_SOURCE ? targetOf(doors[specifier.replace("gradstream", ".")]) : undefined;
  const path = built?.replace("./dist/", "./src/");
  if (path === undefined) return undefined;
  const source = new URL(path.replace(/\.js$/, ".ts"), ROOT);
  return existsSync(source) ? source.href : new URL(path, ROOT).href;
}

/** The file that Node takes for a door. */
function targetOf(door) {
  return door === undefined || typeof door === "string" ? door : targetOf(door.node ?? door.default);
}
