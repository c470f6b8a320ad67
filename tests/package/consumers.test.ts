import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { describe, expect, inject, it } from "vitest";
import { isScript } from "./is-script.ts";

// The table of docs/guide/install.md, cell by cell, with every Node that can be had here.
const project = inject("project");
const table = /^\| consumer .*(?:\n\|.*)+/m.exec(readFileSync("docs/guide/install.md", "utf8"))![0];
const [header, , ...rows] = table.split("\n").map((line) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim()),
);
const versions = header!.slice(1).map((name) => name.replace("Node ", ""));

/** Where a version of Node is: this one, or one that npm has. */
function executableOf(version: string): string | undefined {
  if (process.versions.node.startsWith(`${version}.`)) return process.execPath;
  const args = ["--yes", "--prefer-offline", "-p", `node@${version}`, "node", "-p", "process.execPath"];
  const { stdout, status } = spawnSync("npx", args, { encoding: "utf8", shell: isScript("npx"), timeout: 120_000 });
  return status === 0 ? stdout.trim() : undefined;
}

/** Runs a Node in the project and returns what it prints; where it fails or calls something deprecated, that. */
function printed(node: string, ...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(node, args, { cwd: project, encoding: "utf8" });
  return status === 0 && !stderr.includes("DeprecationWarning") ? stdout : `exit code ${status}: ${stderr}`;
}

function typesHold(node: string, module: string, moduleResolution: string): boolean {
  const options = { strict: true, noEmit: true, target: "es2022", skipLibCheck: false, module, moduleResolution };
  const config = join(project, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions: options, files: ["uses.ts", "mean-weight.ts"] }));
  const compiler = createRequire(config).resolve("typescript/bin/tsc");
  const { status } = spawnSync(node, [compiler], { cwd: project });
  rmSync(config);
  return status === 0;
}

const CODE = 'console.log(typeof (await import("gradstream")).train)';
const BIN = "node_modules/gradstream/bin/gradstream.js";
const CHECKS: Readonly<Record<string, (node: string) => boolean | Promise<boolean>>> = {
  '`import "gradstream"`': (node) => printed(node, "--input-type=module", "-e", CODE) === "function\n",
  '`require("gradstream")`': (node) =>
    printed(node, "--input-type=commonjs", "-e", 'console.log(typeof require("gradstream").train)') === "function\n",
  "`node --import gradstream/register mine.ts`": (node) => {
    writeFileSync(
      join(project, "typed.ts"),
      `enum Name { Train = "train" }\n${CODE.replace(".train", "[Name.Train]")}`,
    );
    return printed(node, "--import", "gradstream/register", "typed.ts") === "function\n";
  },
  "`npx gradstream run mine.ts`": (node) => {
    const store = `node-${node.replaceAll(/\W/g, "")}.duckdb`;
    const args = ["run", "mean-weight.ts", "--quiet", "--no-serve", "--backend", "wasm", "--store", store];
    return printed(node, BIN, ...args).startsWith("2 runs: 2 completed");
  },
  "types, `moduleResolution: nodenext`": (node) => typesHold(node, "nodenext", "nodenext"),
  "types, `moduleResolution: bundler`": (node) => typesHold(node, "esnext", "bundler"),
  "bundling `gradstream/client` for browsers": async () => {
    writeFileSync(join(project, "page.js"), 'export { connect } from "gradstream/client";\n');
    const { output } = await (await rolldown({ cwd: project, input: "page.js", platform: "browser" })).generate();
    return output[0].imports.length === 0;
  },
};

describe("the table of consumers", () => {
  it("has a row for every check, and columns for the Nodes of CI", () => {
    expect(rows.map(([name]) => name)).toEqual(Object.keys(CHECKS));
    const workflow = readFileSync(".github/workflows/ci.yml", "utf8");
    expect(JSON.parse(/node: (\[.*\])/.exec(workflow)![1]!)).toEqual(versions);
  });

  it.for(versions)("says what is so with Node %s", async (version, { skip }) => {
    const node = executableOf(version);
    if (node === undefined) return skip(`Node ${version} cannot be had here`);
    const column = versions.indexOf(version) + 1;
    const found = [];
    for (const [name, ...cells] of rows) {
      found.push([name, cells[column - 1] === "yes", await CHECKS[name!]!(node)]);
    }
    // The clone, whose sources are loaded as TypeScript, says nothing of its own either.
    const { stderr } = spawnSync(node, ["bin/gradstream.js", "doctor"], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(found.map(([name, , isSo]) => [name, isSo])).toEqual(found.map(([name, isSaid]) => [name, isSaid]));
  });
});
