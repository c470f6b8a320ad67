import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

interface Documented {
  readonly name: string;
  readonly place: string;
  readonly text: string;
}

const { exports: doors } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly exports: Readonly<
    Record<string, string | { readonly types?: string; readonly node?: { readonly types: string } }>
  >;
};
/** The sources behind the doors of the package that have types of ours. */
const DOORS = Object.values(doors).flatMap((door) => {
  const types = typeof door === "string" ? undefined : (door.node?.types ?? door.types);
  const source = types?.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts");
  return source !== undefined && existsSync(source) ? [source] : [];
});

const functions: Documented[] = [];
const fields: Documented[] = [];
/** Whatever is exported, and the members of what is. */
const everything: Documented[] = [];

beforeAll(() => {
  const read = ts.readConfigFile("tsconfig.json", (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, ".");
  const program = ts.createProgram(DOORS, options);
  const checker = program.getTypeChecker();
  const documented = (name: string, symbol: ts.Symbol, node: ts.Node): Documented => {
    const source = node.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    return { name, place: `${relative(".", source.fileName)}:${line + 1}`, text };
  };
  const exportsOf = (file: string) =>
    checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!);
  for (const exported of new Set(DOORS.flatMap(exportsOf))) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    for (const node of symbol.declarations ?? []) {
      everything.push(documented(symbol.name, symbol, node));
      for (const member of membersOf(node)) {
        const own = member.name && checker.getSymbolAtLocation(member.name);
        if (own) everything.push(documented(`${symbol.name}.${own.name}`, own, member));
      }
      if (ts.isFunctionDeclaration(node)) functions.push(documented(symbol.name, symbol, node));
      if (!ts.isInterfaceDeclaration(node)) continue;
      for (const member of node.members) {
        const field = member.name && checker.getSymbolAtLocation(member.name);
        if (field) fields.push(documented(`${symbol.name}.${field.name}`, field, member));
      }
    }
  }
});

/** The members that one can see of a class, an interface or an object type, at whatever depth. */
function membersOf(node: ts.Node): readonly (ts.ClassElement | ts.TypeElement)[] {
  const own =
    ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node) ? node.members : [];
  const isSeen = ({ name }: ts.ClassElement | ts.TypeElement) => name !== undefined && !ts.isPrivateIdentifier(name);
  const isType =
    ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isTypeNode(node) || ts.isTypeElement(node);
  const below: (ts.ClassElement | ts.TypeElement)[] = [];
  if (isType) ts.forEachChild(node, (child) => void below.push(...membersOf(child)));
  return [...[...own].filter(isSeen), ...below];
}

describe("docstrings of what the doors of the package export", () => {
  it("are there, for every export and every member", () => {
    expect(DOORS.length).toBeGreaterThanOrEqual(6);
    expect(everything.length).toBeGreaterThan(600);
    expect(everything.filter(({ text }) => text === "").map(({ name, place }) => `${place}: ${name}`)).toEqual([]);
  });

  it("start with a verb, where a function is exported", () => {
    expect(functions.length).toBeGreaterThan(60);
    const odd = functions.filter(({ text }) => !/^[A-Z][a-z]+s\b/.test(text));
    expect(odd).toEqual([]);
  });

  it("start with what it is that they describe, no question", () => {
    const odd = everything.filter(({ text }) => /^(What|Who|How|Of|It|Which|Where|When|Why)\b/.test(text));
    expect(odd.map(({ name, place }) => `${place}: ${name}`)).toEqual([]);
  });

  it("are there for every field", () => {
    expect(fields.length).toBeGreaterThan(200);
    expect(fields.filter(({ text }) => text === "")).toEqual([]);
  });

  it("say the default of an optional option", () => {
    const silent = fields.filter(({ name, place, text }) => {
      const [file = "", line] = place.split(":");
      const declared = ts.sys.readFile(file)!.split("\n")[Number(line) - 1]!;
      return /^\w+Options\./.test(name) && /\w\?:/.test(declared) && !text.includes("Default");
    });
    expect(silent).toEqual([]);
  });
});

/** An exported declaration of a file of src. */
interface Exported {
  readonly place: string;
  readonly isFunction: boolean;
  readonly text: string;
  readonly throws: readonly string[];
  /** Whether its own code, not that of functions in it, throws a user's error. */
  readonly refuses: boolean;
}

/** Areas all of whose exports have a docstring. */
const DOCUMENTED = /^src\/(view|store|run|report)\//;

/** A beginning that looks like a verb and is a noun: `Names of …`. */
const PLURAL = /^(?!Says|Tells)\w+s (?:of|in which) /;

const isFunctionLike = (node: ts.Node): boolean => ts.isFunctionDeclaration(node) || ts.isArrowFunction(node);

function throwsItself(node: ts.Node, isOuter = true): boolean {
  if (!isOuter && (ts.isFunctionLike(node) || ts.isClassLike(node))) return false;
  if (ts.isThrowStatement(node) && /^new (UserError|InvalidArgumentError)\b/.test(node.expression.getText()))
    return true;
  return ts.forEachChild(node, (child) => throwsItself(child, false)) ?? false;
}

function exportsOf(file: string): Exported[] {
  const source = ts.createSourceFile(file, ts.sys.readFile(file)!, ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    const docs = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc);
    const text = docs.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "").join("\n");
    const tags = docs.flatMap((doc) => doc.tags ?? []).filter(ts.isJSDocThrowsTag);
    const throws = tags.map((tag) => tag.getText().trim());
    const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
    return declared.map((node) => {
      const body = ts.isVariableDeclaration(node) ? (node.initializer ?? node) : node;
      const { name } = node as { name?: ts.Node };
      const isFunction = isFunctionLike(body);
      const refuses = isFunction && throwsItself(body);
      return { place: `${file}: ${name?.getText() ?? ""}`, isFunction, text, throws, refuses };
    });
  });
}

describe("docstrings of whatever src exports", () => {
  const files = ts.sys.readDirectory("src", [".ts"]).map((file) => relative(".", file).replaceAll("\\", "/"));
  const all = files.filter((file) => !file.includes("/assembly/")).flatMap(exportsOf);
  const places = (of: readonly Exported[]) => of.map(({ place }) => place);

  it("start with a verb, where it is a function", () => {
    const found = all.filter(({ isFunction }) => isFunction);
    expect(found.length).toBeGreaterThan(400);
    expect(places(found.filter(({ text }) => !/^[A-Z][a-z]+s\b/.test(text) || PLURAL.test(text)))).toEqual([]);
  });

  it("are there, in the areas that have come so far", () => {
    expect(places(all.filter(({ place, text }) => DOCUMENTED.test(place) && text === ""))).toEqual([]);
  });

  it("name in braces what is thrown, and are not silent about it", () => {
    expect(all.flatMap(({ throws }) => throws.filter((tag) => !tag.startsWith("@throws {")))).toEqual([]);
    expect(places(all.filter(({ refuses, throws }) => refuses && throws.length === 0))).toEqual([]);
  });
});
