import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ENCODINGS } from "../../src/store/archive/encoding.ts";
import { writeArchive } from "../../src/store/archive/write-archive.ts";
import { openStore } from "../../src/store/open-store.ts";
import { records } from "../../src/store/records.ts";
import type { Store } from "../../src/store/store.ts";
import { Ledger } from "../../src/sweep/ledger/ledger.ts";
import { settledRuns } from "../../src/sweep/ledger/settled-runs.ts";
import { sweepStatus, SWEEPS_SQL, type SweepRow } from "../../src/view/sweep-status.ts";
import { aRun, temporaryFolder } from "../fixtures/runs.ts";
import { manifest, planned } from "../fixtures/sweeps.ts";

const TABLES = ["sweep", "trial", "attempt"];
const EARLY_STOP = { rules: [{ rule: "median" as const, metric: "loss", isMax: false }] };
const WHOLE = { machine: "a machine", host: "here", versions: { node: "x" } };

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** Works with a store, and closes it. */
async function withStore<T>(name: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(join(folder, name));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** A sweep of two trials, of which one has a result and one failed; another that is under way. */
async function fill(store: Store, sweepId = "s"): Promise<void> {
  const ledger = new Ledger(store);
  const trials = [
    { ...planned(5), trialId: "t2", runId: `${sweepId}/t2` },
    { ...planned(5), trialId: "t1", runId: `${sweepId}/t1`, seed: 1 },
  ];
  await ledger.begin(
    { ...manifest, sweepId, file: "/home/me/e.ts", earlyStop: EARLY_STOP },
    { a: 1 },
    "embedded",
    "here",
  );
  await ledger.add(sweepId, trials);
  for (const [i, { trialId, runId, seed }] of trials.entries()) {
    await store.startRun(aRun({ runId, sweepId, seed, host: "here", startedAt: i }));
    await store.finishRun(runId, i === 0 ? "completed" : "failed", 10);
    const noted = {
      attempt: 1,
      token: trialId,
      worker: `here 7/${i}`,
      state: "running",
      fromStep: null,
      startedAt: 1,
    } as const;
    await ledger.attemptBegan(sweepId, trialId, noted);
    await ledger.trialEnded(
      sweepId,
      trialId,
      i === 0 ? "completed" : "failed",
      10,
      i === 0 ? { token: trialId } : { error: "boom" },
    );
  }
  await ledger.sweepIs(sweepId, "failed");
  await ledger.begin({ ...manifest, sweepId: `${sweepId}-now` }, {}, "embedded", "here");
}

const ledgerOf = async (store: Store, sweepId = "s") =>
  Promise.all(TABLES.map(async (table) => (await store.query(`FROM ${table} WHERE sweep_id = '${sweepId}'`)).rows));

it("merge takes over the ledgers of sweeps that ended, once, and leaves those that are there", async () => {
  const theirs = await withStore("theirs.duckdb", async (store) => {
    await fill(store);
    return ledgerOf(store);
  });
  expect(theirs.map(({ length }) => length)).toEqual([1, 2, 2]);
  const source = { name: "theirs", file: join(folder, "theirs.duckdb"), isArchive: false };
  await withStore("ours.duckdb", async (store) => {
    await fill(store, "own");
    expect(await store.merge(source)).toEqual({ runs: 2, known: 0 });
    expect(await ledgerOf(store)).toEqual(theirs);
    const sweeps = "SELECT sweep_id FROM sweep ORDER BY sweep_id";
    expect((await store.query(sweeps)).rows).toEqual([["own"], ["own-now"], ["s"]]);
    // What became of it here stays.
    await new Ledger(store).sweepIs("s", "interrupted");
    expect(await store.merge(source)).toEqual({ runs: 0, known: 2 });
    expect((await store.query("SELECT state FROM sweep WHERE sweep_id = 's'")).rows).toEqual([["interrupted"]]);
    expect((await store.query("SELECT state, error FROM sweep_result WHERE sweep_id = 's' ORDER BY ALL")).rows).toEqual(
      [
        ["completed", null],
        ["failed", "boom"],
      ],
    );
    expect(await new Ledger(store).trials("s")).toMatchObject([
      { trial: { trialId: "t2" } },
      { trial: { trialId: "t1" } },
    ]);
  });
});

it("has no result of a trial whose run was removed", () =>
  withStore("a.duckdb", async (store) => {
    await fill(store);
    const trialOf = async (state: string) =>
      (await store.query(`SELECT trial_id, final_loss FROM sweep_result WHERE state = '${state}'`)).rows;
    expect(await trialOf("completed")).toEqual([["t2", null]]);
    await store.removeRuns(["s/t2"]);
    expect([await trialOf("completed"), await trialOf("gone")]).toEqual([[], [["t2", null]]]);
    const settings = await store.query("SELECT sum(trials)::INTEGER, sum(completed)::INTEGER FROM sweep_setting");
    expect(settings.rows).toEqual([[2, 0]]);
    const [sweep] = (await records(store, SWEEPS_SQL)) as unknown as SweepRow[];
    expect(sweepStatus(sweep!)).toBe("failed: 0 of 2 trials have a result, 1 run removed, 1 failed");
  }));

it("trains a trial again that was stopped early where its run was removed", () =>
  withStore("a.duckdb", async (store) => {
    await fill(store);
    await new Ledger(store).trialsAre("s", ["t2"], "stopped");
    const facts = { ...manifest, sweepId: "later", dataset: aRun().dataset };
    const trials = [{ ...planned(5), trialId: "t2", arm: "another" }];
    const stopped = async () =>
      [...(await settledRuns(store, facts, trials, EARLY_STOP)).stopped.keys()]; // prettier-ignore
    expect(await stopped()).toEqual(["t2"]);
    await store.removeRuns(["s/t2"]);
    expect(await stopped()).toEqual([]);
  }));

describe.each(ENCODINGS)("an archive as %s", (encoding) => {
  it("has the ledgers of sweeps with results, without this machine's names, and gives them back", async () => {
    const archive = join(folder, "archive");
    const theirs = await withStore("theirs.duckdb", async (store) => {
      await fill(store);
      const { files } = await writeArchive(store, archive, { ...WHOLE, encoding });
      expect(TABLES.map((table) => files[`${table}.${encoding}`]?.rows)).toEqual([1, 2, 2]);
      return ledgerOf(store);
    });
    if (encoding !== "parquet") {
      const text = TABLES.map((table) => readFileSync(join(archive, `${table}.${encoding}`), "utf8")).join("");
      expect(text).not.toMatch(/\/home\/me|\bhere\b/);
    }
    await withStore("ours.duckdb", async (store) => {
      expect(await store.importArchive(archive)).toEqual({ runs: 1, known: 0 });
      const text = JSON.stringify(theirs).replaceAll("/home/me/e.ts", "e.ts").replaceAll('"here', '"a machine');
      expect(JSON.stringify(await ledgerOf(store))).toBe(text);
      const found = await new Ledger(store).find("e", "s");
      expect(found?.manifest.earlyStop).toEqual(EARLY_STOP);
      expect(found?.search).toEqual({ a: 1 });
    });
  });
});

it.each(ENCODINGS)(
  "an archive as %s leaves out where the results of a sweep lay, and nothing else of its plan",
  async (encoding) => {
    const archive = join(folder, "archive");
    const theirs = await withStore("theirs.duckdb", async (store) => {
      await fill(store);
      const ledger = new Ledger(store);
      const lying = { ...manifest, sweepId: "lying", earlyStop: EARLY_STOP };
      await ledger.begin(lying, { place: "of the search" }, "embedded", "here", "/home/me/results");
      await ledger.add("lying", [{ ...planned(5), runId: "s/t2" }]);
      await ledger.trialEnded("lying", "t", "completed", 10, { token: "t" });
      await ledger.sweepIs("lying", "completed");
      await writeArchive(store, archive, { ...WHOLE, encoding });
      return ledger.find("e", "lying");
    });
    expect(theirs?.place).toBe("/home/me/results");
    const files = readdirSync(archive).map((name) => readFileSync(join(archive, name), "latin1"));
    expect(files.filter((text) => text.includes("/home/me"))).toEqual([]);
    await withStore("ours.duckdb", async (store) => {
      await store.importArchive(archive);
      const plan = { ...theirs!.manifest, file: theirs!.manifest.pipeline };
      expect(await new Ledger(store).find("e", "lying")).toEqual({ ...theirs, manifest: plan, place: undefined });
    });
  },
);

it("an archive of runs of no sweep has no ledger", async () => {
  await withStore("plain.duckdb", async (store) => {
    await store.startRun(aRun());
    await store.finishRun("run-1", "completed", 10);
    const { files } = await writeArchive(store, join(folder, "archive"), WHOLE);
    expect(Object.keys(files).sort()).toEqual([
      "event.parquet",
      "histogram-noisy-batchnorm.parquet",
      "reading-noisy-batchnorm.parquet",
      "run.parquet",
    ]);
  });
});
