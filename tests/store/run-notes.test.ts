import { existsSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it, onTestFinished } from "vitest";
import { PAPER_EXTENSIONS } from "../../src/paper/papers.ts";
import { writeArchive } from "../../src/store/archive/write-archive.ts";
import { ENCODINGS } from "../../src/store/archive/encoding.ts";
import { applyMigrations, makeViews } from "../../src/store/migrate.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../fixtures/runs.ts";

async function opened(path = join(temporaryFolder(), "a.duckdb")): Promise<Store> {
  const store = await openStore(path, { extensions: PAPER_EXTENSIONS });
  onTestFinished(() => store.close());
  return store;
}

/** A store with runs that have ended. */
async function withRuns(...ids: string[]): Promise<Store> {
  const store = await opened();
  for (const runId of ids) {
    await store.startRun(aRun({ runId }));
    await store.append(runId, [aReading(0)]);
    await store.finishRun(runId, "completed", 1000);
  }
  return store;
}

const said = async (store: Store): Promise<unknown> =>
  (await store.query("SELECT run_id, note, tags FROM run ORDER BY run_id")).rows;

describe("notes and tags of a run", () => {
  it("are set one by one, in order, and taken away", async () => {
    const store = await withRuns("r", "s");
    expect(await store.noteRun("r", { note: " it's warm\n" })).toEqual({ note: "it's warm", tags: [] });
    expect(await store.noteRun("r", { tags: ["warm", "good", "warm"] })).toEqual({
      note: "it's warm",
      tags: ["good", "warm"],
    });
    expect(await said(store)).toEqual([
      ["r", "it's warm", ["good", "warm"]],
      ["s", null, null],
    ]);
    expect((await store.query("SELECT run_id FROM run WHERE list_contains(tags, 'good')")).rows).toEqual([["r"]]);
    expect(await store.noteRun("r", { note: "", tags: [] })).toEqual({ note: "", tags: [] });
    expect((await said(store)) as unknown[]).toEqual([
      ["r", null, null],
      ["s", null, null],
    ]);
    expect(await store.noteRun("r", {})).toEqual({ note: "", tags: [] });
  });

  it.each([
    [{ tags: ["two words"] }, '"two words" is not a tag: up to 40 letters'],
    [{ tags: ["a,b"] }, '"a,b" is not a tag'],
    [{ tags: ["-x"] }, '"-x" is not a tag'],
    [{ tags: ["x".repeat(41)] }, "is not a tag"],
    [{ tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, "at most 20 tags"],
    [{ note: "x".repeat(10_001) }, "a note has at most 10000 characters; this one has 10001"],
  ])("are refused where they are none: %j", async (change, message) => {
    const store = await withRuns("r");
    expect((await rejection(store.noteRun("r", change))).message).toContain(message);
    expect(await said(store)).toEqual([["r", null, null]]);
  });

  it("are of runs that are there", async () => {
    const store = await withRuns("r");
    expect((await rejection(store.noteRun("gone", { note: "x" }))).message).toBe("store: there is no run gone");
  });

  it("stay while their run goes on to record", async () => {
    const store = await opened();
    await store.startRun(aRun({ runId: "r" }));
    await store.append("r", [aReading(0)]);
    await store.noteRun("r", { tags: ["live"] });
    await store.append("r", [aReading(1)]);
    await store.finishRun("r", "interrupted", 1000);
    await store.restartRun(aRun({ runId: "r", attempt: 2 }), 1);
    expect(await said(store)).toEqual([["r", null, ["live"]]]);
    expect((await store.query("SELECT count(*)::INTEGER FROM reading")).rows).toEqual([[1]]);
  });

  it("are told by the feed's reader", async () => {
    const store = await withRuns("r", "s");
    await store.noteRun("s", { note: "n", tags: ["b", "a"] });
    const reader = await store.openReader();
    const runs = await reader.snapshot((moment) => moment.storedRuns());
    await reader.close();
    expect(runs.map(({ runId, note, tags }) => [runId, note, tags])).toEqual([
      ["r", undefined, undefined],
      ["s", "n", ["a", "b"]],
    ]);
  });

  it.each(ENCODINGS)("travel in archives of %s", async (encoding) => {
    const store = await withRuns("r", "s");
    await store.noteRun("r", { note: 'a "quoted", two\nlines', tags: ["good", "x/y:z"] });
    const folder = join(temporaryFolder(), "archive");
    await writeArchive(store, folder, { machine: "m", host: "h", versions: {}, encoding });
    const other = await opened();
    await other.importArchive(folder);
    expect(await said(other)).toEqual(await said(store));
  });

  it("are taken over by a merge where there are none, and are no other content of a run", async () => {
    const [one, other] = [await withRuns("r", "s"), await opened()];
    const folder = join(temporaryFolder(), "b.duckdb");
    await one.saveAs(folder);
    await other.merge({ name: "b", file: folder, isArchive: false });
    await other.noteRun("r", { note: "mine" });
    await one.noteRun("r", { note: "theirs", tags: ["x"] });
    await one.noteRun("s", { tags: ["theirs"] });
    const again = join(temporaryFolder(), "c.duckdb");
    await one.saveAs(again);
    expect(await other.merge({ name: "c", file: again, isArchive: false })).toEqual({ runs: 0, known: 2 });
    expect(await said(other)).toEqual([
      ["r", "mine", null],
      ["s", null, ["theirs"]],
    ]);
  });

  it.each([false, true])(
    "have a place in a store of version 5, which is kept as it was (read-only: %s)",
    async (readOnly) => {
      const path = join(temporaryFolder(), "a.duckdb");
      const instance = await DuckDBInstance.create(path);
      const connection = await instance.connect();
      await applyMigrations(connection, 0, 5);
      await makeViews(connection, PAPER_EXTENSIONS);
      await connection.run(
        "INSERT INTO run (run_id, experiment, arm, seed, status, layers) VALUES ('r', 'e', 'a', 0, 'completed', '[]')",
      );
      connection.disconnectSync();
      instance.closeSync();
      const store = await openStore(path, { readOnly, extensions: PAPER_EXTENSIONS });
      onTestFinished(() => store.close());
      expect(store.notices[0]).toContain("brought from schema version 5 to 8");
      expect(existsSync(`${path}.schema-5`)).toBe(true);
      expect(await said(store)).toEqual([["r", null, null]]);
      expect((await store.query("SELECT layers, note, tags FROM latest_run")).rows).toEqual([["[]", null, null]]);
      expect((await store.query("SELECT count(*)::INTEGER FROM paper_run")).rows).toEqual([[1]]);
    },
  );
});
