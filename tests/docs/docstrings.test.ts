import { relative } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

interface Documented {
  readonly name: string;
  readonly place: string;
  readonly text: string;
}

const functions: Documented[] = [];
const fields: Documented[] = [];

beforeAll(() => {
  const read = ts.readConfigFile("tsconfig.json", (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, ".");
  const program = ts.createProgram(["src/index.ts"], options);
  const checker = program.getTypeChecker();
  const documented = (name: string, symbol: ts.Symbol, node: ts.Node): Documented => {
    const source = node.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    return { name, place: `${relative(".", source.fileName)}:${line + 1}`, text };
  };
  const door = checker.getSymbolAtLocation(program.getSourceFile("src/index.ts")!)!;
  for (const exported of checker.getExportsOfModule(door)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    for (const node of symbol.declarations ?? []) {
      if (ts.isFunctionDeclaration(node)) functions.push(documented(symbol.name, symbol, node));
      if (!ts.isInterfaceDeclaration(node)) continue;
      for (const member of node.members) {
        const field = member.name && checker.getSymbolAtLocation(member.name);
        if (field) fields.push(documented(`${symbol.name}.${field.name}`, field, member));
      }
    }
  }
});

describe("docstrings of what src/index.ts exports", () => {
  it("start with a verb, where a function is exported", () => {
    expect(functions.length).toBeGreaterThan(60);
    const odd = functions.filter(({ text }) => !/^[A-Z][a-z]+s\b/.test(text));
    expect(odd).toEqual([]);
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
