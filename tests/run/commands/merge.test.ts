import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exportCommand } from "../../../src/run/commands/export.ts";
import { mergeCommand } from "../../../src/run/commands/merge.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { fillAwkwardly } from "../../fixtures/many-records.ts";
import { oneRunStore } from "../../fixtures/one-run-store.ts";
import { output } from "../../fixtures/output.ts";
import { aReading, rejection, temporaryFolder } from "../../fixtures/runs.ts";

const contents = async (path: string): Promise<unknown[]> => {
  const store = await openStore(path, { readOnly: true });
  try {
    const all: unknown[] = [];
    for (const table of ["run", "reading", "histogram", "event"]) {
      all.push((await store.query(`FROM ${table} ORDER BY ALL`)).rows);
    }
    return all;
  } finally {
    await store.close();
  }
};

async function awkward(): Promise<string> {
  const path = join(temporaryFolder(), "awkward.duckdb");
  const store = await openStore(path);
  await fillAwkwardly(store);
  await store.close();
  return path;
}

it("takes over what is lacking, once, from stores and archives, and changes no source", async () => {
  const [a, b] = [await oneRunStore(), await awkward()];
  const into = join(temporaryFolder(), "all.duckdb");
  const before = [await contents(a), await contents(b)];
  expect(await output(mergeCommand(), into, a, b)).toBe(
    `1 run of ${a} taken over into ${into}\n3 runs of ${b} taken over into ${into}\n`,
  );
  const merged = await contents(into);
  for (const [i, rows] of merged.entries()) {
    expect((rows as unknown[]).length).toBe((before[0]![i] as unknown[]).length + (before[1]![i] as unknown[]).length);
    expect(rows).toEqual(expect.arrayContaining([...(before[0]![i] as unknown[]), ...(before[1]![i] as unknown[])]));
  }
  expect([await contents(a), await contents(b)]).toEqual(before);

  const archive = join(temporaryFolder(), "archive");
  await output(exportCommand(), archive, "--store", b, "--quiet");
  const again = JSON.parse(await output(mergeCommand(), into, a, archive, "--json")) as unknown;
  expect(again).toEqual({
    store: into,
    sources: [
      { from: a, runs: 0, known: 1 },
      { from: archive, runs: 0, known: 2 },
    ],
  });
  expect(await contents(into)).toEqual(merged);
});

it("refuses a run with other content by name, and takes nothing of that store", async () => {
  const [a, b] = [await oneRunStore(), await awkward()];
  const other = await openStore(a);
  await other.append("run-1", [aReading(2, { value: 5 })]);
  await other.close();
  const into = await oneRunStore();
  const before = await contents(into);
  const wanted = /a\.duckdb: run run-1 is there already with other content; nothing of .*a\.duckdb was taken over/;
  expect(String(await rejection(output(mergeCommand(), into, a, b)))).toMatch(wanted);
  expect(await contents(into)).toEqual(before);
});

it("refuses in one line what it cannot merge, and makes no store for it", async () => {
  const a = await oneRunStore();
  const into = join(temporaryFolder(), "new.duckdb");
  expect(String(await rejection(output(mergeCommand(), a, a)))).toContain("cannot be merged into itself");
  expect(String(await rejection(output(mergeCommand(), into, a, "nowhere.duckdb")))).toContain(
    "nowhere.duckdb does not exist",
  );
  expect(existsSync(into)).toBe(false);
});
