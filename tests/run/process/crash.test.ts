import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, rowsOf, start, tinyCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const MESSAGES: Readonly<Record<string, RegExp>> = {
  tensor: /^Based on the provided shape, \[2\], the tensor should have 2 values but has 1 \(crashes\.ts:\d+\)$/,
  rejection: /^rejected in two lines \(crashes\.ts:\d+\)$/,
  text: /^no error at all$/,
  emitter: /^emitted \(crashes\.ts:\d+\)$/,
};

async function run(...args: readonly string[]) {
  const cwd = temporaryFolder();
  const base = ["run", pipeline("crashes"), "--store", "a.duckdb", "--no-serve", "--backend", "wasm", ...args];
  const result = await start(base, { cwd, cifar10: tinyCifar10(cwd) }).ended;
  expect(result.stderr).not.toMatch(/^ +at /m);
  expect(Math.max(...result.stderr.split("\n").map(({ length }) => length))).toBeLessThan(200);
  const runs = await rowsOf(
    join(cwd, "a.duckdb"),
    `SELECT arm, status, (SELECT max(step) FROM reading WHERE reading.run_id = run.run_id), message
     FROM run LEFT JOIN event USING (run_id) ORDER BY arm`,
  );
  return { ...result, runs };
}

it.each(Object.keys(MESSAGES))(
  "says in one line what the main thread threw outside any stream (%s), and keeps what was recorded",
  async (how) => {
    const { code, stderr, runs } = await run("--set", `main=${how}`);
    expect(code).toBe(1);
    const said = stderr.split("\n").filter((line) => line.startsWith("gradstream: "));
    expect(said).toEqual([expect.stringMatching(/^gradstream: outside any stream: /)]);
    expect(said[0]!.replace("gradstream: outside any stream: ", "")).toMatch(MESSAGES[how]!);
    expect(runs).toEqual([["fine", "interrupted", expect.any(Number), expect.stringMatching(/^interrupted at step/)]]);
    expect(runs[0]![2]).toBeGreaterThanOrEqual(5);
  },
);

it("fails the arm in whose thread something is thrown outside any stream", async () => {
  const { code, runs } = await run();
  expect(code).toBe(1);
  expect(runs.map(([arm, status]) => [arm, status])).toEqual(
    Object.keys(MESSAGES)
      .sort()
      .map((arm) => [arm, "failed"]),
  );
  for (const [arm, , , message] of runs)
    expect([arm, message]).toEqual([arm, expect.stringMatching(MESSAGES[String(arm)]!)]);
});
