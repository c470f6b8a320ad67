import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { sourceDoor } from "../typescript/source-door.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** Folders whose modules are not the user's. */
const NOT_THEIRS = ["src", "dist"].map((folder) => join(ROOT, folder) + sep);
const IS_BARE = /^[@\w][^:]*$/;

/** As strict as TypeScript's `strict`, and modules as the command line loads them: always ES modules. */
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  allowJs: true,
  types: ["node"],
};

/** A mistake that the TypeScript compiler finds in a module. */
export interface TypeMistake {
  /** Path from the working directory. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `TS2322: Type 'string' is not assignable to type 'number'.`, in one line. */
  readonly message: string;
}

/**
 * Checks the types of a pipeline, and of the modules beside it that it imports, strictly, against gradstream's own: its
 * sources in a clone, the declarations of an installed package. JavaScript is parsed only.
 */
export function typeMistakes(file: string): readonly TypeMistake[] {
  const options = { ...OPTIONS, typeRoots: [typesFolder()] };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, containing, redirected, given) => {
    const resolve = (name: string, from: string) =>
      ts.resolveModuleName(name, from, given, host, undefined, redirected);
    return literals.map(({ text }) => {
      if (/^gradstream(\/|$)/.test(text)) return { resolvedModule: doorModule(text) };
      const found = resolve(text, containing);
      // What is not installed beside the pipeline, the command line takes from gradstream's own dependencies.
      return found.resolvedModule || !IS_BARE.test(text) ? found : resolve(text, join(ROOT, "package.json"));
    });
  };
  const program = ts.createProgram([file], options, host);
  const theirs = program
    .getSourceFiles()
    .filter((source) => !source.isDeclarationFile && !program.isSourceFileFromExternalLibrary(source))
    .filter(({ fileName }) => !NOT_THEIRS.some((folder) => ts.sys.resolvePath(fileName).startsWith(folder)));
  return theirs
    .flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)])
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .map(mistakeOf);
}

/** Returns the folder of `@types/node`, which comes with `@types/ws`, wherever a package manager has put it. */
function typesFolder(): string {
  const own = createRequire(join(ROOT, "package.json"));
  const node = createRequire(own.resolve("@types/ws/package.json")).resolve("@types/node/package.json");
  return dirname(dirname(node));
}

/** Returns the module of one of the package's doors, undefined for what is none. */
function doorModule(name: string): ts.ResolvedModuleFull | undefined {
  const source = sourceDoor(name);
  const file = source === undefined ? declarationOf(name) : fileURLToPath(source);
  if (file === undefined || !existsSync(file)) return undefined;
  const extension = /(\.d\.ts|\.ts|\.js)$/.exec(file)![0];
  return { resolvedFileName: file, extension, isExternalLibraryImport: false };
}

type Door = string | { readonly types?: string; readonly node?: Door };

function declarationOf(name: string): string | undefined {
  const { exports: doors } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, Door>>;
  };
  const typesOf = (door: Door | undefined): string | undefined =>
    door === undefined || typeof door === "string" ? undefined : (typesOf(door.node) ?? door.types);
  const types = typesOf(doors[name.replace("gradstream", ".")]);
  return types && join(ROOT, types);
}

function mistakeOf({ file, start = 0, code, messageText }: ts.Diagnostic): TypeMistake {
  const { line, character } = file!.getLineAndCharacterOfPosition(start);
  const text = ts.flattenDiagnosticMessageText(messageText, "\n").replaceAll(/\s*\n\s*/g, " ");
  return {
    file: relative(process.cwd(), file!.fileName),
    line: line + 1,
    column: character + 1,
    message: `TS${code}: ${text}`,
  };
}
