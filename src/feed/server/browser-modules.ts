import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { vendored } from "./vendored.ts";

const SOURCE = fileURLToPath(new URL("../..", import.meta.url));
/** `ts` where this runs from sources, `js` from a build. */
const ENDING = import.meta.url.endsWith(".ts") ? "ts" : "js";
/** Folders whose modules run in browsers; `core` gives them types, and how text is made plain and quoted. */
const FOLDERS = ["feed/client", "feed/protocol", "pages", "pages/parts", "view"];
const ALSO = ["core/plain-text", "core/shell-quoted", "core/theory-stats"];
const NOT_FOR_BROWSERS = new Set(["feed/client/node", "feed/protocol/client-messages"]);

/** Lists the names of the pages: each is a module of its own. */
export const pageNames = (): string[] => modulesIn("pages").map((path) => path.slice("pages/".length));

/** Paths below SOURCE of a folder's modules, without their ending. */
const modulesIn = (folder: string): string[] =>
  readdirSync(join(SOURCE, folder)).flatMap((name) =>
    name.endsWith(`.${ENDING}`) && !name.endsWith(".d.ts") ? [`${folder}/${name.slice(0, -3)}`] : [],
  );

/** Texts of JavaScript modules by URL path, each made when it is first asked for. */
type Modules = ReadonlyMap<string, () => Promise<string>>;

/**
 * Lists what browsers load, at the paths it has below src/: the client, which is also `/client.js`, pages, what both import,
 * modules of other packages, and rxjs as one module. Sources are compiled by the compiler that loads them here; a build is served as it is.
 */
export function browserModules(): Modules {
  const others = vendored();
  const modules = new Map<string, () => Promise<string>>([
    ...others.modules,
    ["/client.js", async () => 'export * from "./feed/client/index.js";\n'],
    ["/vendor/rxjs.js", once(rxjs)],
  ]);
  for (const path of [...FOLDERS.flatMap(modulesIn), ...ALSO]) {
    if (NOT_FOR_BROWSERS.has(path)) continue;
    modules.set(
      `/${path}.js`,
      once(() => browserModule(path, others.urls)),
    );
  }
  return modules;
}

/** Addresses are relative in it, whatever path another server shows this one at. */
async function browserModule(path: string, others: ReadonlyMap<string, string>): Promise<string> {
  const file = join(SOURCE, `${path}.${ENDING}`);
  const root = "../".repeat(path.split("/").length - 1);
  const code = ENDING === "ts" ? await compile(file) : await readFile(file, "utf8");
  return code
    .replace(/^\/\/# sourceMappingURL=.*/m, "")
    .replaceAll(/(\b(?:from|import)\s*")(\.[^"]*)\.ts(")/g, "$1$2.js$3")
    .replaceAll(/(\bfrom\s*")(rxjs|uplot)(")/g, `$1${root}vendor/$2.js$3`)
    .replaceAll(/(\bfrom\s*"|\bimport\(")([^".][^"]*)(")/g, (all, head: string, name: string, tail: string) => {
      const url = others.get(name);
      return url === undefined ? all : `${head}${root}${url.slice(1)}${tail}`;
    });
}

async function compile(file: string): Promise<string> {
  const [{ transform }, source] = await Promise.all([import("@swc/core"), readFile(file, "utf8")]);
  const { code } = await transform(source, {
    filename: file,
    configFile: false,
    swcrc: false,
    sourceMaps: false,
    module: { type: "es6" },
    jsc: { target: "es2022", parser: { syntax: "typescript" }, transform: { verbatimModuleSyntax: true } },
  });
  return code;
}

/** rxjs ships one file as a script only: this gives it the `exports` it looks for and passes them on by name. */
async function rxjs(): Promise<string> {
  const require = createRequire(import.meta.url);
  const bundle = join(dirname(require.resolve("rxjs/package.json")), "dist/bundles/rxjs.umd.min.js");
  const names = Object.keys(require("rxjs") as object).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  const script = (await readFile(bundle, "utf8")).replace(/\/\/# sourceMappingURL=.*/, "");
  return `const exports = {};\nconst module = { exports };\n${script}\nexport const { ${names.join(", ")} } = exports;\n`;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
