import { join } from "node:path";
import { expect, describe, it, onTestFinished } from "vitest";
import { writeArchive } from "../../src/store/archive/write-archive.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { verifyStore } from "../../src/store/verify-store.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../fixtures/runs.ts";

/** A store of these runs with three readings, a histogram and an event each; the last one is running. */
async function withRuns(...ids: string[]): Promise<Store> {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  onTestFinished(() => store.close());
  for (const runId of ids) {
    await store.startRun(aRun({ runId }));
    await store.append(runId, [
      ...[0, 1, 2].map((step) => aReading(step)),
      { kind: "histogram", step: 1, layer: 2, site: "norm", lo: -1, hi: 1, counts: [1] },
      { kind: "event", step: 1, at: 5, level: "info", name: "x", message: "y" },
    ]);
    if (runId !== ids.at(-1)) await store.finishRun(runId, "completed", 1000);
  }
  await store.flush();
  return store;
}

const idsIn = async (store: Store, table: string): Promise<unknown[]> =>
  (await store.query(`SELECT DISTINCT run_id FROM ${table} ORDER BY ALL`)).rows.flat();
const TABLES = ["run", "reading", "histogram", "event"];

describe("removing runs", () => {
  it("takes all that they recorded, and nothing of others, one that records meanwhile among them", async () => {
    const store = await withRuns("a", "b", "live");
    const reading = store.append("live", [aReading(3)]);
    await store.removeRuns(["a"]);
    await reading;
    await store.append("live", [aReading(4)]);
    await store.finishRun("live", "completed", 2000);
    for (const table of TABLES) expect(await idsIn(store, table), table).toEqual(["b", "live"]);
    const recorded = await store.query("SELECT step FROM reading WHERE run_id = 'live' ORDER BY rowid");
    expect(recorded.rows.flat()).toEqual([0, 1, 2, 3, 4]);
    expect((await verifyStore(store)).filter(({ wrong }) => wrong > 0)).toEqual([]);
  });

  it("is refused as a whole where one is running, or not there", async () => {
    const store = await withRuns("a", "live");
    const refusal = async (...ids: string[]) => (await rejection(store.removeRuns(ids))).message;
    expect(await refusal("a", "live")).toBe("store: run live is running; stop it first");
    expect(await refusal("a", "gone")).toBe("store: there is no run gone");
    for (const table of TABLES) expect(await idsIn(store, table), table).toEqual(["a", "live"]);
    expect(await idsIn(store, "removed_run")).toEqual([]);
  });

  it("holds against archives and other stores, until they are to bring removed runs too", async () => {
    const store = await withRuns("a", "b", "live");
    const archive = join(temporaryFolder(), "archive");
    await writeArchive(store, archive, { machine: "m", host: "h", versions: {} });
    const copy = join(temporaryFolder(), "copy.duckdb");
    await store.saveAs(copy);
    await store.removeRuns(["a"]);
    const source = { name: "copy", file: copy, isArchive: false };
    expect(await store.importArchive(archive)).toEqual({ runs: 0, known: 1, removed: 1 });
    expect(await store.merge(source)).toEqual({ runs: 0, known: 1, removed: 1 });
    for (const table of TABLES) expect(await idsIn(store, table), table).toEqual(["b", "live"]);
    await writeArchive(store, archive, { machine: "m", host: "h", versions: {} });
    const other = await withRuns("other");
    expect(await other.importArchive(archive)).toEqual({ runs: 1, known: 0 });
    expect(await store.merge(source, { withRemoved: true })).toEqual({ runs: 1, known: 1 });
    for (const table of TABLES) expect(await idsIn(store, table), table).toEqual(["a", "b", "live"]);
    expect(await idsIn(store, "removed_run")).toEqual([]);
  });

  it("does not hold against training one again", async () => {
    const store = await withRuns("a", "live");
    await store.removeRuns(["a"]);
    expect(await idsIn(store, "removed_run")).toEqual(["a"]);
    await store.startRun(aRun({ runId: "a" }));
    expect(await idsIn(store, "removed_run")).toEqual([]);
  });
});
