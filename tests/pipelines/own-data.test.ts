import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { rowsOf, start } from "../fixtures/command-line.ts";
import { temporaryFolder } from "../fixtures/runs.ts";

it.each([
  ["own-csv", 1, /^flowers\.csv@[0-9a-f]{12}$/],
  ["regression", 1, /^own arrays@[0-9a-f]{12}$/],
  ["crop-and-flip", 2, /^shapes10$/],
])("examples/%s, which ships, trains and says on what", async (name, runs, dataset) => {
  const cwd = temporaryFolder();
  const rows = Array.from({ length: 60 }, (_, i) => `${i},${(i % 3) - 1},${(i % 3) + 0.1},${"abc"[i % 3]}`);
  writeFileSync(join(cwd, "flowers.csv"), `id,length,width,species\n${rows.join("\n")}\n`);
  const steps = name === "crop-and-flip" ? "3" : "60";
  const options = ["--steps", steps, "--no-serve", "--data", "shapes10", "--store", "a.duckdb"];
  const { code, stderr } = await start(["run", `examples/${name}`, ...options], { cwd }).ended;
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const there = await rowsOf(join(cwd, "a.duckdb"), "SELECT dataset, status FROM run");
  expect(there).toHaveLength(runs);
  for (const [set, status] of there) expect([set, status]).toEqual([expect.stringMatching(dataset), "completed"]);
  const [[first, last]] = (await rowsOf(
    join(cwd, "a.duckdb"),
    "SELECT arg_min(value, step), arg_max(value, step) FROM reading WHERE probe = 'loss' AND stat = 'loss'",
  )) as [[number, number]];
  if (name !== "crop-and-flip") expect(last).toBeLessThan(0.7 * first);
});
