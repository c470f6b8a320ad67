import { appendFileSync, chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { RunCheckpoints } from "../../../src/checkpoints/run-checkpoints.ts";
import { age } from "../../../src/run/command-line/choice-options.ts";
import { storeCommand } from "../../../src/run/commands/store.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { oneRunStore } from "../../fixtures/one-run-store.ts";
import { output } from "../../fixtures/output.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../../fixtures/runs.ts";

afterEach(() => {
  process.exitCode = undefined;
});

const store = (...args: string[]): Promise<string> => output(storeCommand(), ...args);

const DAY = 86_400_000;

/** Runs `a` … `d` of one trial but `c`, the oldest first; `b` failed. */
async function fourRuns(): Promise<string> {
  const path = join(temporaryFolder(), "four.duckdb");
  const opened = await openStore(path);
  for (const [i, [runId, seed, status]] of (
    [
      ["a", 0, "completed"],
      ["b", 0, "failed"],
      ["c", 1, "completed"],
      ["d", 0, "completed"],
    ] as const
  ).entries()) {
    await opened.startRun(aRun({ runId, seed, startedAt: Date.now() - (40 - 10 * i) * DAY }));
    await opened.append(runId, [
      ...Array.from({ length: 100 }, (_, step) => aReading(step)),
      { kind: "histogram", step: 1, layer: 2, site: "norm", lo: -1, hi: 1, counts: [1] },
      { kind: "event", step: 1, at: 5, level: "info", name: "x", message: "y" },
    ]);
    await opened.finishRun(runId, status, Date.now());
    const { folder } = new RunCheckpoints(`${path}.checkpoints`, runId);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "step-0000000001.json"), "{}");
  }
  await opened.close();
  return path;
}

const ids = async (path: string, table = "run"): Promise<unknown[]> => {
  const opened = await openStore(path, { readOnly: true });
  const { rows } = await opened.query(`SELECT DISTINCT run_id FROM ${table} ORDER BY ALL`);
  await opened.close();
  return rows.flat();
};

it.each([
  [
    ["--status", "failed"],
    ["a", "c", "d"],
  ],
  [
    ["--older-than", "35d"],
    ["b", "c", "d"],
  ],
  [
    ["--older-than", "5d", "--keep-latest"],
    ["c", "d"],
  ],
  [["--keep-latest"], ["c", "d"]],
  [
    ["--experiment", "noisy-batchnorm", "--arm", "other,standard", "--run", "c"],
    ["a", "b", "d"],
  ],
  [
    ["--experiment", "none"],
    ["a", "b", "c", "d"],
  ],
])("prune %j leaves %j, with their records and checkpoints alone", async (choice, left) => {
  const path = await fourRuns();
  const gone = ["a", "b", "c", "d"].filter((id) => !left.includes(id));
  expect(await store("prune", "--store", path, ...choice, "--dry-run")).toContain(
    `${gone.length} ${gone.length === 1 ? "run" : "runs"} would be removed`,
  );
  expect(await ids(path)).toEqual(["a", "b", "c", "d"]);
  const result = JSON.parse(await store("prune", "--store", path, ...choice, "--yes", "--json")) as object;
  expect(result).toMatchObject({
    store: path,
    removed: gone.length,
    runs: gone.map((runId) => ({ runId, readings: 100 })),
  });
  for (const table of ["run", "reading", "histogram", "event"]) expect(await ids(path, table), table).toEqual(left);
  expect(readdirSync(`${path}.checkpoints`).sort()).toEqual(left);
});

it("prune refuses to remove everything, and to remove unasked", async () => {
  const path = await fourRuns();
  expect(String(await rejection(store("prune", "--store", path)))).toContain("say which runs");
  expect(String(await rejection(store("prune", "--store", path, "--status", "failed")))).toContain("add --yes");
  expect(() => age("5")).toThrow("12h, 30d or 4w");
  expect(await ids(path)).toEqual(["a", "b", "c", "d"]);
});

it("compact gives back the room of what was removed, and keeps all else", async () => {
  const path = join(temporaryFolder(), "big.duckdb");
  const opened = await openStore(path);
  for (const runId of ["a", "b"]) {
    await opened.startRun(aRun({ runId, steps: 300_000 }));
    const count = runId === "a" ? 300_000 : 10;
    await opened.append(
      runId,
      Array.from({ length: count }, (_, step) => aReading(step, { value: Math.sin(step) })),
    );
    await opened.finishRun(runId, "completed", Date.now());
  }
  await opened.close();
  await store("prune", "--store", path, "--run", "a", "--yes", "--quiet");
  const before = statSync(path).size;
  chmodSync(path, 0o600);
  const { mode } = statSync(path);
  const result = JSON.parse(await store("compact", "--store", path, "--json")) as Record<string, number>;
  const after = statSync(path).size;
  expect(result).toEqual({ store: path, bytesBefore: expect.any(Number) as number, bytesAfter: after });
  expect(after).toBeLessThan(before / 2);
  expect(statSync(path).mode).toBe(mode);
  expect(readdirSync(dirname(path))).toEqual(["big.duckdb"]);
  expect(await store("verify", "--store", path, "--quiet")).toBe("");

  // It goes on being a store.
  const again = await openStore(path);
  await again.startRun(aRun({ runId: "c" }));
  await again.finishRun("c", "failed", Date.now());
  await again.close();
  expect(await ids(path)).toEqual(["b", "c"]);
});

const findingsOf = async (path: string): Promise<Record<string, string>> => {
  const { findings } = JSON.parse(await store("verify", "--store", path, "--json")) as {
    findings: { check: string; wrong: number; example: string }[];
  };
  return Object.fromEntries(findings.filter(({ wrong }) => wrong > 0).map(({ check, example }) => [check, example]));
};

it("verify finds nothing in a store that is in order", async () => {
  const path = await fourRuns();
  expect(await findingsOf(path)).toEqual({});
  expect(process.exitCode).toBeUndefined();
  expect(await store("verify", "--store", path)).toContain("no reading is there twice");
});

it("verify names what cannot be, with exit code 1", async () => {
  const path = await fourRuns();
  const opened = await openStore(path);
  await opened.append("a", [aReading(100), aReading(7)]);
  await opened.append("gone", [aReading(1)]);
  await opened.startRun(aRun({ runId: "empty" }));
  await opened.finishRun("empty", "completed", Date.now());
  await opened.query("CREATE TABLE claim (experiment VARCHAR, claim_id VARCHAR)");
  await opened.query("INSERT INTO claim VALUES ('noisy-batchnorm, nothing', 'C1')");
  await opened.query("DELETE FROM run WHERE run_id = 'd'");
  await opened.close();
  expect(await findingsOf(path)).toEqual({
    "readings are of steps that their runs have": "a, step 100 of 100",
    "no reading is there twice": "a, step 7, loss, loss",
    "completed runs have readings": "empty",
    "records are of runs that are there": "event of d",
    "checkpoints are of runs that are there": join(`${path}.checkpoints`, "d"),
    "verdicts name experiments that are there": "C1 of nothing",
  });
  writeFileSync(`${path}.wal`, "no log");
  const log = "its write-ahead log is whole";
  expect((await findingsOf(path))[log]).toContain("another version");
  expect(process.exitCode).toBe(1);
});

it("verify tells a store from what is none", async () => {
  const path = join(temporaryFolder(), "a.duckdb");
  expect(String(await rejection(store("verify", "--store", path)))).toContain("does not exist");
  appendFileSync(path, "no database");
  expect(await findingsOf(path)).toEqual({ "it opens": expect.stringContaining("is not a DuckDB database") as string });
  expect(existsSync(path)).toBe(true);
});

it("compact leaves a store as it is that another process holds", async () => {
  const path = await oneRunStore();
  const held = await openStore(path);
  expect(String(await rejection(store("compact", "--store", path)))).toContain("already open for writing");
  await held.close();
  expect(readdirSync(dirname(path))).toEqual(["a.duckdb"]);
});
