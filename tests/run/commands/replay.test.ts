import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, rowsOf, start } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const readingsOf = (id: string) => `SELECT step, probe, stat, layer, unit, distance, value FROM reading
    WHERE run_id = '${id}' AND probe <> 'timing' AND NOT starts_with(probe, 'cost/') ORDER BY ALL`;
const steeringOf = (id: string) => `SELECT step, name, message FROM event
    WHERE run_id = '${id}' AND name IN ('steered', 'ended') ORDER BY ALL`;

it(
  "run --replay reads bit for bit what the run read that chance and a clock steered, and ends where it did",
  { timeout: 120_000 },
  async () => {
    const cwd = temporaryFolder();
    const store = join(cwd, "a.duckdb");
    const run = (...args: string[]) => start(["run", ...args, "--store", "a.duckdb", "--no-serve"], { cwd }).ended;
    const ids = async () =>
      (await rowsOf(store, "SELECT run_id FROM run ORDER BY started_at, run_id")).map(([id]) => String(id));

    const first = await run(pipeline("steered"), "--backend", "cpu", "--data", "shapes10");
    expect(first.code, first.stderr).toBe(0);
    const [id] = await ids();
    const steering = await rowsOf(store, steeringOf(id!));
    const rates = steering.filter(([, , message]) => String(message).startsWith("sgd.learningRate"));
    expect(rates.length).toBeGreaterThan(5);
    expect(steering.at(-1)![1]).not.toBe("");
    expect(steering.filter(([, name]) => name === "ended")).toHaveLength(1);

    const second = await run("--replay", id!.slice(0, -2));
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).toContain(`replays ${id}`);
    const again = (await ids()).find((other) => other !== id)!;
    const expected = await rowsOf(store, readingsOf(id!));
    expect(expected.length).toBeGreaterThan(50);
    expect(await rowsOf(store, readingsOf(again))).toEqual(expected);
    expect(await rowsOf(store, steeringOf(again))).toEqual(steering);

    // Chance would have it otherwise.
    await run(pipeline("steered"), "--backend", "cpu", "--data", "shapes10", "--again");
    const third = (await ids()).find((other) => other !== id && other !== again)!;
    expect(await rowsOf(store, readingsOf(third))).not.toEqual(expected);
  },
);

it("run --replay says in a line what it cannot do", { timeout: 60_000 }, async () => {
  const cwd = temporaryFolder();
  const run = (...args: string[]) => start(["run", ...args, "--no-serve"], { cwd }).ended;
  const [absent, both, none] = await Promise.all([
    run("--replay", "a/b/0"),
    run("noisy-batchnorm", "--replay", "a/b/0"),
    run(),
  ]);
  expect([absent.code, both.code, none.code]).toEqual([2, 2, 2]);
  expect(absent.stderr).toContain("does not exist: run something first");
  expect(both.stderr).toContain("run --replay: takes no pipeline; the recorded run names its own");
  expect(none.stderr).toContain("missing required argument 'pipeline' (see --help)");
});
