import { readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const source = (name: string) => readFileSync(`pipelines/examples/${name}.ts`, "utf8");

/** Number of lines of the declaration or call of a name: the first, in the order of the text. */
function linesOf(text: string, name: string): number {
  const file = ts.createSourceFile("example.ts", text, ts.ScriptTarget.Latest, true);
  const lines: number[] = [];
  const visit = (node: ts.Node): void => {
    const isCall = ts.isCallExpression(node) && node.expression.getText() === name;
    if (isCall) lines.push(node.getText().split("\n").length);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return lines[0]!;
}

describe("what the examples show", () => {
  it("a residual network with BatchNorm is written in ten lines, and so is a transformer block", () => {
    expect(linesOf(source("residual"), "layered")).toBeLessThanOrEqual(10);
    expect(linesOf(source("transformer-block"), "layered")).toBeLessThanOrEqual(10);
  });

  it("momentum and warm-up cost no line beyond that of the optimizer", () => {
    expect(linesOf(source("residual"), "train")).toBe(1);
    expect(source("residual")).toContain("momentum: 0.9");
    expect(linesOf(source("warm-up"), "linearWarmUp")).toBe(1);
  });

  it("a closed loop costs four lines: what is read, and what is made of it", () => {
    const [, policy = ""] = /\(readings\) =>\n([^]+?\),\n) +\(\{ now/.exec(source("closed-loop")) ?? [];
    expect(policy).toContain("readings.pipe(");
    expect(policy.trim().split("\n")).toHaveLength(4);
  });
});
