import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { onTestFinished } from "vitest";
import { fencesOf, type Fence } from "./markdown.ts";

const SAYS_WHERE = /^\/\/ (\S+\.ts)\n/;

/** Where a snippet would be saved: what its first line says (`// src/nn/cube.ts`), or a folder of no meaning. */
export function placeOf({ file, line, text }: Fence): string {
  const said = SAYS_WHERE.exec(text)?.[1];
  return said ?? `docs/snippets/${file.replaceAll(/\W/g, "-")}-${line}.ts`;
}

/** A folder of its own, ignored by git, in which the packages of the project are found. */
function scratch(): string {
  mkdirSync("results", { recursive: true });
  return mkdtempSync(resolve("results/snippet-"));
}

/** Saves a snippet. Relative imports are those of its own place, but for snippets saved beside it. */
function save(folder: string, fence: Fence, beside: ReadonlyMap<string, string> = new Map()): string {
  const place = placeOf(fence);
  const file = join(folder, `${fence.line}-${basename(place)}`);
  const target = (path: string): string => {
    const meant = resolve(dirname(place), path);
    return beside.get(meant) ?? meant;
  };
  writeFileSync(
    file,
    fence.text.replaceAll(/ from "(\.[^"]+)"/g, (_all, path: string) => ` from "${target(path)}"`),
  );
  return file;
}

const load = async (file: string): Promise<object> => (await import(pathToFileURL(file).href)) as object;

/** Saves a snippet where tests may load it, until the test has finished. */
export function saved(fence: Fence): string {
  const folder = scratch();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return save(folder, fence);
}

/** Loads a snippet as a module. */
export const loaded = (fence: Fence): Promise<object> => load(saved(fence));

/** What the blocks of a document that say where they belong export, all together. */
export async function loadRecipes(document: string): Promise<Readonly<Record<string, unknown>>> {
  const fences = fencesOf(document).filter(({ language, text }) => language === "ts" && SAYS_WHERE.test(text));
  const folder = scratch();
  try {
    const beside = new Map<string, string>();
    for (const fence of fences) beside.set(resolve(placeOf(fence)), save(folder, fence, beside));
    return Object.assign({}, ...(await Promise.all([...beside.values()].map(load)))) as Record<string, unknown>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the type checker says of snippets, all in one program with the project's own settings. */
export function typeErrors(fences: readonly Fence[]): readonly string[] {
  const texts = new Map(fences.map((fence) => [resolve(placeOf(fence)), fence]));
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile("tsconfig.json", (path) => ts.sys.readFile(path)).config,
    ts.sys,
    ".",
  );
  const options: ts.CompilerOptions = { ...config.options, noUnusedLocals: false, noUnusedParameters: false };
  const host = ts.createCompilerHost(options);
  const [readFile, fileExists] = [host.readFile.bind(host), host.fileExists.bind(host)];
  host.readFile = (name) => texts.get(resolve(name))?.text ?? readFile(name);
  host.fileExists = (name) => texts.has(resolve(name)) || fileExists(name);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    const own = texts.get(resolve(name));
    return own ? ts.createSourceFile(name, own.text, rest[0], true) : getSourceFile(name, ...rest);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts].flatMap(([path, fence]) => {
    const source = program.getSourceFile(path)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const { line } = source.getLineAndCharacterOfPosition(start);
      return `${fence.file}:${fence.line + line + 1}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}
