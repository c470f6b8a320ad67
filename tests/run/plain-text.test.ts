import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, runEach, tinyCifar10, start } from "../fixtures/command-line.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { UNPLAIN } from "../fixtures/unplain.ts";

it("lets no text of a pipeline command a terminal, a table, a report or a file", async () => {
  const cwd = temporaryFolder();
  const cifar10 = tinyCifar10(cwd);
  const store = ["--store", "a.duckdb"];
  const { code, stdout, stderr } = await start(["run", pipeline("hostile"), "--no-serve", ...store], { cwd, cifar10 })
    .ended;
  expect(code).toBe(0);
  expect(stdout + stderr).not.toMatch(UNPLAIN);
  for (const said of ["What does red |bell\\u0007\\nnext\\rback ", "printed red |bell", "event red |bell"]) {
    expect(stderr).toContain(said);
  }
  expect(stdout).toContain("=arm red |bell\\u0007\\nnext");

  const results = await runEach(
    [
      ["runs", ...store],
      ["runs", "--format", "csv", ...store],
      ["runs", "--format", "json", ...store],
      ["sql", "SELECT arm, message, hyper FROM event JOIN run USING (run_id)", ...store],
      ["compare", "hostile", ...store, "--out", "out"],
      ["run", pipeline("hostile"), "--arm", "no\u001b[2Jne\u0007", ...store],
    ].map((args) => ({ args })),
    cwd,
  );
  expect(results.map((result) => result.code)).toEqual([0, 0, 0, 0, 0, 2]);
  for (const result of results) expect(result.stdout.replaceAll("\r\n", "\n") + result.stderr).not.toMatch(UNPLAIN);
  expect(results[1]!.stdout.split("\r\n")).toHaveLength(4);
  expect(results[1]!.stdout).toMatch(/,'=arm red \|bell/);
  for (const file of ["report.md", "index.html", "figures/loss-loss.svg"]) {
    expect([file, UNPLAIN.test(readFileSync(join(cwd, "out", file), "utf8"))]).toEqual([file, false]);
  }
  const rows = readFileSync(join(cwd, "out/report.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| "));
  const cells = rows.map((row) => row.replaceAll("\\|", "").split("|").length);
  expect(rows.length).toBeGreaterThan(3);
  expect(new Set(cells).size).toBe(1);
});
