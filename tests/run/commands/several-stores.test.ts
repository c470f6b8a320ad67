import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { PAPER_EXTENSIONS } from "../../../src/paper/papers.ts";
import { storesOf } from "../../../src/run/command-line/stores-option.ts";
import { compareCommand } from "../../../src/run/commands/compare.ts";
import { exportCommand } from "../../../src/run/commands/export.ts";
import { mergeCommand } from "../../../src/run/commands/merge.ts";
import { reportCommand } from "../../../src/run/commands/report.ts";
import { runsCommand } from "../../../src/run/commands/runs.ts";
import { sqlCommand } from "../../../src/run/commands/sql.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { start } from "../../fixtures/command-line.ts";
import { awkwardStore } from "../../fixtures/many-records.ts";
import { output } from "../../fixtures/output.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../../fixtures/runs.ts";
import { startWriter } from "../../fixtures/writer.ts";

async function write(path: string, ...runIds: string[]): Promise<string> {
  const store = await openStore(path);
  for (const runId of runIds) {
    await store.startRun(aRun({ runId }));
    await store.append(runId, [aReading(0, { value: 1 }), aReading(1, { value: 3 })]);
    await store.finishRun(runId, "completed", Date.now());
  }
  await store.close();
  return path;
}

/** `a.duckdb` and `it's.duckdb`, which share a run, and the archive of another store. */
async function three(): Promise<{ folder: string; a: string; b: string; archive: string }> {
  const folder = temporaryFolder();
  const a = await write(join(folder, "a.duckdb"), "one", "both");
  const b = await write(join(folder, "it's.duckdb"), "both", "two");
  const archive = join(folder, "archive");
  const other = await awkwardStore(join(temporaryFolder(), "x.duckdb"));
  await output(exportCommand(), archive, "--store", other, "--quiet");
  return { folder, a, b, archive };
}

const json = async (...args: string[]) =>
  JSON.parse(await output(sqlCommand(), ...args, "--format", "json")) as object[];

it("sql queries several stores and archives as one, with the usual views", async () => {
  const { folder, a, b, archive } = await three();
  const every = ["--store", `${folder}/*.duckdb`, "--store", archive];
  expect(await json("SELECT store, count(*) AS n FROM run GROUP BY store ORDER BY store", ...every)).toEqual([
    { store: a, n: 2 },
    { store: archive, n: 2 },
    { store: b, n: 1 },
  ]);
  // The run of both stores counts once.
  expect(
    await json("SELECT run_id, final_loss FROM run_summary WHERE experiment = 'noisy-batchnorm' ORDER BY 1", ...every),
  ).toEqual(["both", "one", "two"].map((id) => ({ run_id: id, final_loss: 2 })));
  expect(await json("SELECT count(*) AS n FROM curve WHERE run_id = 'both'", ...every)).toEqual([{ n: 2 }]);
  expect(await json("SELECT DISTINCT store FROM reading WHERE run_id = 'both'", ...every)).toEqual([{ store: a }]);
  expect(await json("SELECT count(*) AS n FROM event JOIN run USING (run_id, store)", ...every)).toEqual([{ n: 4 }]);
  for (const view of ["probe_cost", "latest_run", "paper_run", "paper_reading", "figure_1a"]) {
    expect(Array.isArray(await json(`SELECT count(*) FROM ${view}`, ...every))).toBe(true);
  }
  expect(await json("SELECT count(*) > 0 AS filled FROM paper_curve", ...every)).toEqual([{ filled: true }]);
});

it("runs lists those of several stores with their store", async () => {
  const { a, archive } = await three();
  const table = await output(runsCommand(), "--store", a, "--store", archive);
  expect(table).toMatch(/^store +run_id /);
  expect(table).toContain("(4 rows)");
  expect(await output(runsCommand(), "--quiet", "--store", a, "--store", archive)).toContain("noisy/standard/0/a\n");
  expect(await output(runsCommand(), "two", "--quiet", "--store", a, "--store", archive).catch(String)).toContain(
    `no run two in ${a}, ${archive}`,
  );
});

it("finds stores by patterns, and refuses one that nothing matches", async () => {
  const { folder, a, b, archive } = await three();
  expect(storesOf(`${folder}/*`)).toEqual([a, archive, b].sort());
  expect(storesOf(`${folder}/**/a.duckdb`)).toEqual([a]);
  expect(storesOf([a, `${folder}/a*`])).toEqual([a, archive]);
  mkdirSync(join(folder, "deep", "er"), { recursive: true });
  await write(join(folder, "deep", "er", "x.duckdb"), "deep");
  expect(storesOf(`${folder}/*/*/*.duckdb`)).toEqual([`${folder}/deep/er/x.duckdb`]);
  expect(() => storesOf(`${folder}/*.db`)).toThrow(`no store is called ${folder}/*.db`);
  const missing = output(sqlCommand(), "SELECT 1", "--store", a, "--store", join(folder, "none.duckdb"));
  expect(String(await rejection(missing))).toContain("none.duckdb does not exist");
});

it("takes a quoted pattern of the working folder", async () => {
  const { folder } = await three();
  const asked = start(["runs", "--quiet", "--store", "*.duckdb"], { cwd: folder });
  expect(await asked.ended).toEqual({ code: 0, stdout: "both\none\ntwo\n", stderr: "" });
});

it("reads and merges beside others a store that another process is writing to", async () => {
  const { a } = await three();
  const live = join(temporaryFolder(), "live.duckdb");
  const { child, lines } = startWriter(live, true);
  for (let flushed = 0; flushed < 1000;) flushed = Number((await lines.next()).value);
  const sql = "SELECT store, count(*) > 900 AS many FROM reading GROUP BY store ORDER BY many";
  expect(await json(sql, "--store", a, "--store", live)).toEqual([
    { store: a, many: false },
    { store: live, many: true },
  ]);
  // What is under way is not finished.
  const into = join(temporaryFolder(), "into.duckdb");
  expect(await output(mergeCommand(), into, live, a)).toBe(
    `0 runs of ${live} taken over into ${into}\n2 runs of ${a} taken over into ${into}\n`,
  );
  child.kill("SIGKILL");
  await once(child, "exit");
});

it("compare sets runs of several stores beside each other", async () => {
  const folder = temporaryFolder();
  const [a, b] = [join(folder, "a.duckdb"), join(folder, "b.duckdb")];
  for (const [path, arm] of [
    [a, "standard"],
    [b, "batchNorm"],
  ] as const) {
    const store = await openStore(path);
    await store.startRun(aRun({ runId: arm, arm }));
    await store.append(arm, [aReading(0, { value: 1 }), aReading(1, { value: 3 })]);
    await store.finishRun(arm, "completed", Date.now());
    await store.close();
  }
  const out = join(folder, "out");
  const compared = ["noisy-batchnorm", "--out", out, "--json"];
  expect(JSON.parse(await output(compareCommand(), ...compared, "--store", `${folder}/*.duckdb`))).toEqual({
    page: `${out}/index.html`,
    figures: 1,
    runs: 2,
  });
  const page = readFileSync(join(out, "index.html"), "utf8");
  expect(page).toContain("batchNorm beside standard");
  expect(page).toContain(a);
  expect(page).toContain(b);
  expect(await output(compareCommand(), ...compared, "--store", a).catch(String)).toContain("name at least two runs");
});

it("report judges the runs of several stores as those of one, and files nothing", async () => {
  const folder = temporaryFolder();
  const whole = await openStore("data/reproduction", { readOnly: true, extensions: PAPER_EXTENSIONS });
  const all = join(folder, "all.duckdb");
  await whole.saveAs(all);
  await whole.close();
  const [a, b] = [join(folder, "a.duckdb"), join(folder, "b.duckdb")];
  for (const [path, rest] of [
    [a, 0],
    [b, 1],
  ] as const) {
    copyFileSync(all, path);
    const store = await openStore(path, { extensions: PAPER_EXTENSIONS });
    const { rows } = await store.query<[string]>("SELECT run_id FROM run ORDER BY run_id");
    await store.removeRuns(rows.flatMap(([runId], i) => (i % 2 === rest ? [runId] : [])));
    await store.close();
  }
  const report = async (...stores: string[]) => {
    const args = ["--only", "3,C1", "--out", join(folder, "out"), "--json"];
    const text = await output(reportCommand(), ...args, ...stores.flatMap((path) => ["--store", path]));
    return JSON.parse(text) as { readonly runs: number };
  };
  const before = statSync(a).mtimeMs;
  const [together, alone] = [await report(a, b), await report("data/reproduction")];
  expect(together).toEqual(alone);
  expect(together.runs).toBeGreaterThan(2);
  expect(statSync(a).mtimeMs).toBe(before);
});
