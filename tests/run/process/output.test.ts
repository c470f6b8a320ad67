import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { pipeline, rowsOf, start, tinyCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { waitFor } from "../../fixtures/wait.ts";
import { BIN } from "../../fixtures/this-program.ts";

const HANG_UP = fileURLToPath(new URL("../../fixtures/hang-up.py", import.meta.url));
const hasPython = spawnSync("python3", ["-c", "import pty"]).status === 0;

it.skipIf(!existsSync("/dev/full"))("trains on where what it says cannot be written", async () => {
  const cwd = temporaryFolder();
  const full = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(full));
  const args = [BIN, "run", pipeline("tiny"), "--store", "a.duckdb", "--no-serve"];
  const env = { ...process.env, CIFAR10_DIR: tinyCifar10(cwd) };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", full, full] });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(code).toBe(0);
  expect(await rowsOf(join(cwd, "a.duckdb"), "SELECT DISTINCT status FROM run")).toEqual([["completed"]]);
});

it("goes on when the terminal that it does not write to is closed", async () => {
  const cwd = temporaryFolder();
  const { child, seen, shown, ended } = start(["run", pipeline("long"), "--store", "a.duckdb", "--no-serve"], {
    cwd,
    cifar10: tinyCifar10(cwd),
  });
  await seen("a: under way");
  child.kill("SIGHUP");
  await seen("b: under way");
  expect(shown()).not.toContain("stopping");
  child.kill("SIGTERM");
  expect((await ended).code).toBe(130);
});

it.skipIf(!hasPython)("ends in order when its terminal is closed", async () => {
  const cwd = temporaryFolder();
  const args = [process.execPath, BIN, "run", pipeline("long"), "--store", "a.duckdb", "--no-serve"];
  const env = { ...process.env, CIFAR10_DIR: tinyCifar10(cwd) };
  const child = spawn("python3", [HANG_UP, "under way", ...args], { cwd, env });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  await waitFor(() => expect(text).toMatch(/^signal \d+\n/));
  // Not SIGABRT, which leaves a core file.
  expect(text).toBe("signal 9\n");
  expect(await rowsOf(join(cwd, "a.duckdb"), "SELECT DISTINCT status FROM run")).toEqual([["interrupted"]]);
});
