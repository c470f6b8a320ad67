import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { askingCommand } from "../../src/pages/parts/asking-command.ts";
import { parquetOf } from "../../src/pages/parts/parquet.ts";
import { askedBefore, keepAsked } from "../../src/pages/parts/sql-history.ts";
import { SCHEMA_SQL, tablesOf } from "../../src/pages/parts/sql-tables.ts";
import { openStore } from "../../src/store/open-store.ts";
import { temporaryFolder } from "../fixtures/runs.ts";

it("writes Parquet that DuckDB reads as it was", async () => {
  const columns = [
    { name: "flag", type: "BOOLEAN" },
    { name: "count", type: "BIGINT" },
    { name: "value", type: "DOUBLE" },
    { name: "text", type: "VARCHAR" },
    { name: "many", type: "DOUBLE[]" },
  ];
  const rows = [
    [true, 3, 0.1, "ü,\n'", [1, 2]],
    [false, "9007199254740993", NaN, "", null],
    [null, null, -Infinity, null, []],
    [null, null, null, "x", null],
  ];
  const file = join(temporaryFolder(), "a.parquet");
  writeFileSync(file, new Uint8Array(await parquetOf({ columns, rows })));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const read = await connection.runAndReadAll(`FROM '${file}'`);
  expect(read.columnTypes().map(String)).toEqual(["BOOLEAN", "BIGINT", "DOUBLE", "VARCHAR", "VARCHAR"]);
  expect(read.getRowsJS()).toEqual([
    [true, 3n, 0.1, "ü,\n'", "[1,2]"],
    [false, 9007199254740993n, NaN, "", null],
    [null, null, -Infinity, null, "[]"],
    [null, null, null, "x", null],
  ]);
});

it("writes a result without rows, too", async () => {
  const file = join(temporaryFolder(), "a.parquet");
  writeFileSync(file, new Uint8Array(await parquetOf({ columns: [{ name: "a", type: "INTEGER" }], rows: [] })));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  expect((await connection.runAndReadAll(`FROM '${file}'`)).getRowsJS()).toEqual([]);
});

it("writes the command of a statement for a shell", () => {
  expect(askingCommand(" SELECT 'it''s'\nFROM run ", "results/a b.duckdb")).toBe(
    `npx gradstream sql 'SELECT '\\''it'\\'''\\''s'\\''\nFROM run' --store 'results/a b.duckdb'`,
  );
  expect(askingCommand("FROM run")).toBe("npx gradstream sql 'FROM run'");
});

it("keeps what was asked, the latest first and once, and lives without a storage", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  for (const sql of ["a", "b", "a", ...Array.from({ length: 60 }, (_, i) => `${i}`), "b"]) keepAsked(storage, sql);
  expect(askedBefore(storage).slice(0, 3)).toEqual(["b", "59", "58"]);
  expect(askedBefore(storage)).toHaveLength(50);
  const [key] = kept.keys();
  for (const broken of ["{", "3", '[1, "c"]']) {
    kept.set(key!, broken);
    expect(askedBefore(storage)).toEqual(broken.startsWith("[") ? ["c"] : []);
  }
  const full = { ...storage, setItem: () => expect.fail("full") };
  expect(() => keepAsked(full, "d")).not.toThrow();
  expect(askedBefore(undefined)).toEqual([]);
});

it("knows the tables and views of a store, with their columns in order", async () => {
  const store = await openStore(join(temporaryFolder(), "s.duckdb"));
  const tables = tablesOf(await store.query(SCHEMA_SQL));
  await store.close();
  const run = tables.find(({ name }) => name === "run")!;
  expect(run.isView).toBe(false);
  expect(run.columns.slice(0, 2)).toEqual([
    { name: "run_id", type: "VARCHAR" },
    { name: "experiment", type: "VARCHAR" },
  ]);
  expect(tables.find(({ name }) => name === "run_summary")!.isView).toBe(true);
  expect(tables.map(({ name }) => name)).not.toContain("schema_version");
});
