import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** Names that two files may export, and why. */
const TWINS: Readonly<Record<string, string>> = {
  connect: "the client's one function, for Node and for browsers: a program imports one of the two",
  Claim: "a statement of a paper, and what a worker holds of a sweep: neither area sees the other",
  readings: "the operator on streams, and the store's query: both give the readings among records",
  openStore: "the command line's is the public one, with the papers' tables in it",
};

const TYPES = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.ClassDeclaration,
]);

interface Declaration {
  readonly name: string;
  readonly file: string;
  readonly exported: boolean;
  readonly isType: boolean;
}

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => join("src", file).replaceAll("\\", "/"))
  // AssemblyScript is another program.
  .filter((file) => file.endsWith(".ts") && !file.includes("/assembly/"));
const declared = files.flatMap(declarationsOf);

function declarationsOf(file: string): Declaration[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    const exported =
      ts.canHaveModifiers(statement) &&
      (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    const of = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
    return of.flatMap((node) => {
      const { name } = node as { name?: ts.Node };
      if (name === undefined || !ts.isIdentifier(name)) return [];
      return { name: name.text, file, exported, isType: TYPES.has(node.kind) };
    });
  });
}

/** Names that more than one of these files declares, with the files. */
function twins(all: readonly Declaration[]): Record<string, string[]> {
  const places = new Map<string, Set<string>>();
  for (const { name, file } of all) places.set(name, (places.get(name) ?? new Set()).add(file));
  return Object.fromEntries([...places].filter(([, of]) => of.size > 1).map(([name, of]) => [name, [...of]]));
}

/** Names that the doors of the package export, as they are declared. */
function publicNames(): Set<string> {
  const doors = readdirSync("src/doors").map((file) => join("src/doors", file));
  const exported = ["src/index.ts", "src/feed/client/index.ts", ...doors].flatMap((file) => [
    ...ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest).statements,
  ]);
  return new Set(
    exported.flatMap((statement) =>
      ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)
        ? statement.exportClause.elements.map(({ name }) => name.text)
        : [],
    ),
  );
}

describe("names", () => {
  it("that are exported mean one thing, but for those named here", () => {
    const exported = declared.filter((one) => one.exported);
    expect(exported.length).toBeGreaterThan(500);
    expect(Object.keys(twins(exported)).sort()).toEqual(Object.keys(TWINS).sort());
  });

  it("of public types are no other type's, exported or not", () => {
    const known = publicNames();
    expect(known.size).toBeGreaterThan(100);
    expect(twins(declared.filter(({ name, isType }) => isType && known.has(name)))).toEqual({});
  });
});
