import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { install, packFolder } from "../../scripts/install-packed.ts";
import { isScript } from "./is-script.ts";

const [parent, project, packed] = [inject("parent"), inject("project"), inject("packed")];
const folder = join(parent, "experiments");

/** Runs a program in the new project and returns what it prints. */
const npx = (...args: readonly string[]): string =>
  execFileSync("npx", ["--no-install", ...args], {
    cwd: folder,
    encoding: "utf8",
    shell: isScript("npx"),
    stdio: "pipe",
  });

describe("gradstream init, of the installed package", () => {
  beforeAll(() => {
    const bin = join(project, "node_modules/gradstream/bin/gradstream.js");
    execFileSync(process.execPath, [bin, "init", "experiments"], { cwd: parent });
    install(folder, packed.tarball);
  });

  it("makes a project whose types hold, strictly, for its own tsconfig.json", () => {
    const compiler = createRequire(join(folder, "package.json")).resolve("typescript/bin/tsc");
    const { stdout, status } = spawnSync(process.execPath, [compiler], { cwd: folder, encoding: "utf8" });
    expect([stdout, status]).toEqual(["", 0]);
  });

  it("makes a pipeline that --check finds nothing in, and mistakes where there are some", () => {
    expect(npx("gradstream", "run", "pipelines/first.ts", "--check", "--data", "shapes10")).toMatch(
      /^batchNorm +vgg11/m,
    );
    const wrong = readFileSync(join(folder, "pipelines/first.ts"), "utf8").replace("width: 8", 'width: "8"');
    writeFileSync(join(folder, "pipelines/wrong.ts"), wrong);
    const bin = "node_modules/gradstream/bin/gradstream.js";
    const args = [bin, "run", "pipelines/wrong.ts", "--check"];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^pipelines[\\/]wrong\.ts:\d+:\d+: TS2322: Type 'string' is not assignable to type 'number'\.$/m,
    );
  });

  it("makes a pipeline that trains and is recorded", () => {
    const options = "--data shapes10 --scale smoke --backend wasm --no-serve --quiet".split(" ");
    expect(npx("gradstream", "run", "pipelines/first.ts", ...options)).toMatch(/^2 runs: 2 completed; recorded in /);
    const sql = "SELECT arm, steps_done FROM run_summary ORDER BY arm";
    expect(JSON.parse(npx("gradstream", "sql", isScript("npx") ? `"${sql}"` : sql, "--json"))).toEqual([
      { arm: "batchNorm", steps_done: 20 },
      { arm: "plain", steps_done: 20 },
    ]);
  });
});

describe("create-gradstream", () => {
  it("is gradstream init", () => {
    const place = join(parent, "creating");
    mkdirSync(place);
    writeFileSync(join(place, "package.json"), "{}");
    install(place, packed.tarball, packFolder("packages/create-gradstream", parent));
    const options = { cwd: place, encoding: "utf8", shell: isScript("npx") } as const;
    const printed = execFileSync("npx", ["--no-install", "create-gradstream", "mine"], options);
    expect(printed).toMatch(/^mine is ready: .*\. Next:\n {2}cd mine\n {2}npm install\n {2}npm start\n$/);
    expect(existsSync(join(place, "mine/pipelines/first.ts"))).toBe(true);
  });
});
