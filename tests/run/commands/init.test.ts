import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { rowsOf, runEach, start } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { fileOf } from "../../fixtures/this-program.ts";

const FILES = [".gitignore", "README.md", "package.json", "pipelines", "tsconfig.json"];

it("makes a project whose pipeline has no mistake and trains", async () => {
  const cwd = temporaryFolder();
  const [made] = await runEach([{ args: ["init", "My Experiments"] }], cwd);
  expect(made).toEqual({ code: 0, stdout: expect.any(String) as string, stderr: "" });
  expect(made!.stdout).toMatch(/ is ready: .*\. Next:\n {2}cd 'My Experiments'\n {2}npm install\n {2}npm start\n$/);
  const folder = join(cwd, "My Experiments");
  expect(readdirSync(folder).sort()).toEqual(FILES);
  const { version, dependencies } = JSON.parse(readFileSync(fileOf("package.json"), "utf8")) as {
    readonly version: string;
    readonly dependencies: { readonly rxjs: string };
  };
  const project = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as object;
  expect(project).toMatchObject({
    name: "my-experiments",
    type: "module",
    dependencies: { gradstream: `^${version}`, rxjs: dependencies.rxjs },
  });

  const file = "pipelines/first.ts";
  const checked = await start(["run", file, "--check", "--data", "shapes10"], { cwd: folder }).ended;
  expect(checked).toMatchObject({ code: 0, stderr: "" });
  const options = ["--scale", "smoke", "--data", "shapes10", "--backend", "wasm", "--no-serve"];
  expect(await start(["run", file, ...options], { cwd: folder }).ended).toMatchObject({ code: 0 });
  const arms = await rowsOf(join(folder, "results/gradstream.duckdb"), "SELECT arm FROM run_summary ORDER BY arm");
  expect(arms).toEqual([["batchNorm"], ["plain"]]);
});

it("names the files that are there, and writes nothing", async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "pipelines"));
  writeFileSync(join(cwd, "pipelines/first.ts"), "mine");
  writeFileSync(join(cwd, "package.json"), "{}");
  writeFileSync(join(cwd, "file"), "");
  const [here, below] = await runEach([{ args: ["init"] }, { args: ["init", "file"] }], cwd);
  expect(here).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "gradstream: init: . has package.json, pipelines/first.ts already; nothing was written. Name another folder\n",
  });
  expect(readdirSync(cwd).sort()).toEqual(["file", "package.json", "pipelines"]);
  expect(readFileSync(join(cwd, "pipelines/first.ts"), "utf8")).toBe("mine");
  expect(below!.code).toBe(2);
  expect(below!.stderr).toMatch(/^gradstream: init: file cannot be written to: .*\n$/);
});
