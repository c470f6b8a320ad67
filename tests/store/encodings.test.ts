import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeArchive } from "../../src/store/archive/write-archive.ts";
import { openStore } from "../../src/store/open-store.ts";
import { awkwardStore } from "../fixtures/many-records.ts";
import { temporaryFolder } from "../fixtures/runs.ts";

const ABOUT = { machine: "a machine", host: "elsewhere", versions: {} };
const TABLES = ["run", "reading", "histogram", "event"];

it.each(["csv", "jsonl"] as const)("archives written as %s are taken over with nothing changed", async (encoding) => {
  const store = await openStore(await awkwardStore(join(temporaryFolder(), "a.duckdb")), { readOnly: true });
  const folder = join(temporaryFolder(), "out");
  await writeArchive(store, folder, { ...ABOUT, encoding });
  const names = TABLES.map((table) => `${table}.${encoding}`);
  expect(readdirSync(folder).sort()).toEqual([...names, "manifest.json"].sort());

  const other = await openStore(join(temporaryFolder(), "b.duckdb"));
  expect(await other.importArchive(folder)).toEqual({ runs: 2, known: 0 });
  for (const table of TABLES) {
    // The sign of zero is compared too.
    const signed = table === "reading" ? ", signbit(value)" : "";
    const sql = `SELECT *${signed} FROM ${table} WHERE run_id <> 'noisy/standard/0/b' ORDER BY ALL`;
    const before = (await store.query(sql)).rows;
    expect(before.length, table).toBeGreaterThan(1);
    expect((await other.query(sql)).rows, table).toEqual(before);
  }
  await other.close();
  await store.close();
});

it("writes times in UTC as ISO 8601, numbers whole, and what is no number by its name", async () => {
  const store = await openStore(await awkwardStore(join(temporaryFolder(), "a.duckdb")), { readOnly: true });
  const folder = temporaryFolder();
  const lines = async (encoding: "csv" | "jsonl", table: string): Promise<string> => {
    await writeArchive(store, folder, { ...ABOUT, encoding, choice: { experiment: "noisy" } });
    return readFileSync(join(folder, `${table}.${encoding}`), "utf8");
  };
  expect(await lines("csv", "run")).toContain("2026-01-01T03:04:05.678000Z");
  const csv = await lines("csv", "reading");
  for (const text of [",0.3333333333333333\n", ",1.7976931348623157e+308\n", ",5e-324\n", ",nan\n", ",-inf\n"]) {
    expect(csv).toContain(text);
  }
  const readings = (await lines("jsonl", "reading")).trimEnd().split("\n");
  const parsed = readings.map((line) => JSON.parse(line) as { value: unknown });
  expect(parsed.map(({ value }) => value)).toEqual(expect.arrayContaining([1 / 3, 5e-324, "NaN", "-Infinity"]));
  await store.close();
});

it("takes only the runs that are chosen, and says where there are none", async () => {
  const store = await openStore(await awkwardStore(join(temporaryFolder(), "a.duckdb")), { readOnly: true });
  const folder = join(temporaryFolder(), "out");
  await writeArchive(store, folder, { ...ABOUT, choice: { arm: ["=arm"] } });
  const archive = await openStore(folder, { readOnly: true });
  expect((await archive.query("SELECT run_id FROM run")).rows).toEqual([['odd "one", two']]);
  await archive.close();
  const none = writeArchive(store, folder, { ...ABOUT, choice: { experiment: "noisy", run: "noisy/standard/0/b" } });
  await expect(none).rejects.toThrow(
    /a\.duckdb has no run of experiment noisy whose id begins with noisy\/standard\/0\/b that completed or diverged/,
  );
  await store.close();
});
