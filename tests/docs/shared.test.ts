import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { NOT_SHARED, SHARED_TESTS } from "../package/shared-tests.ts";

/** Folders whose tests are of this repository itself. */
const OWN = /^tests\/(docs|package)\//;
/** Starts a program of src/ whose imports are no imports of the test. */
const STARTS_OWN = ["tests/run/runner/kills.test.ts"];

/** Modules that a module imports at run time, those of this repository by their paths. */
function importsOf(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && !(node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)) {
      found.push((node.moduleSpecifier as ts.StringLiteral).text);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [name] = node.arguments;
      if (name !== undefined && ts.isStringLiteral(name)) found.push(name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest));
  return found.map((name) => (name.startsWith(".") ? posix.join(posix.dirname(file), name) : name));
}

/** All that a test imports of this repository, through what tests share. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  for (const path of importsOf(file)) {
    if (seen.has(path) || !/^(src|scripts|pipelines|tests)\//.test(path)) continue;
    seen.add(path);
    if (path.startsWith("tests/")) reached(path, seen);
  }
  return seen;
}

const tests = readdirSync("tests", { recursive: true, encoding: "utf8" })
  .map((file) => join("tests", file).replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".test.ts") && !OWN.test(file) && !STARTS_OWN.includes(file));

it("every test that needs the doors and the command line alone runs against the installed package too", () => {
  const needsNoMore = tests.filter((file) => [...reached(file)].every((path) => path.startsWith("tests/")));
  expect([...SHARED_TESTS, ...Object.keys(NOT_SHARED)].sort()).toEqual(needsNoMore.sort());
});
