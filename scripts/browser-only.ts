import { readdirSync, readFileSync } from "node:fs";

const PAGES = "src/pages";
/** What only a browser has. */
const OF_A_BROWSER =
  /\b(document|window|location|matchMedia|requestAnimationFrame)\b|\b(HTML\w*|SVG\w*)Element\b|from "uplot"/;
const COMMENTS = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;

/**
 * Lists the modules of src/pages that cannot run in Node: the pages themselves, and parts that name what only a browser has.
 * tests/browser runs them in Chromium, whose coverage is not counted.
 */
export function browserOnly(): string[] {
  const modules = readdirSync(PAGES, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const paths = modules.map((file) => `${PAGES}/${file.replaceAll("\\", "/")}`);
  const isPage = (path: string) => !path.startsWith(`${PAGES}/parts/`);
  return paths.filter((path) => isPage(path) || OF_A_BROWSER.test(readFileSync(path, "utf8").replace(COMMENTS, "")));
}
