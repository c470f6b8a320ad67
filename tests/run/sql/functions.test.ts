import { DuckDBInstance } from "@duckdb/node-api";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { ALLOWED_FUNCTIONS } from "../../../src/run/sql/allowed-functions.ts";
import { SqlPool } from "../../../src/run/sql/sql-pool.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { aRun, temporaryFolder } from "../../fixtures/runs.ts";

interface Declared {
  readonly name: string;
  readonly kind: string;
  readonly types: readonly string[];
}

/** Large values of DuckDB's types, and an odd one. */
const LARGE: Readonly<Record<string, readonly string[]>> = {
  VARCHAR: ["repeat('x', 10000000)", "''"],
  BLOB: ["repeat('x', 10000000)::BLOB"],
  BIGINT: ["2000000000", "-9223372036854775808"],
  INTEGER: ["2000000000", "-1"],
  DOUBLE: ["1e300", "'NaN'::DOUBLE"],
  BOOLEAN: ["true"],
  TIMESTAMP: ["TIMESTAMP '290000-01-01'"],
  DATE: ["DATE '5000000-01-01'"],
  INTERVAL: ["INTERVAL 1000000000 MONTH"],
  JSON: [`('[' || repeat('1,', 1000000) || '1]')::JSON`],
};

const argument = (type: string, pick: number): string => {
  if (type.endsWith("[]")) return "range(5000000)";
  const values = LARGE[type] ?? LARGE[Object.keys(LARGE)[pick % 10]!]!;
  return values[pick % values.length]!;
};

/** The functions that DuckDB itself lists, one line for each way to call them. */
async function declared(): Promise<readonly Declared[]> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT function_name, function_type, list_transform(parameter_types, lambda t: coalesce(t, 'ANY'))
     FROM duckdb_functions() ORDER BY ALL`,
  );
  return (found.getRowsJS() as [string, string, string[]][]).map(([name, kind, types]) => ({ name, kind, types }));
}

/** As many in all as the suite has time for; FUZZ=all takes them all, in a quarter of an hour, FUZZ=1/8 the first eighth. */
const FUZZ = process.env["FUZZ"];
const [PART, PARTS] = (/^(\d+)\/(\d+)$/.exec(FUZZ ?? "")?.slice(1) ?? ["1", "1"]).map(Number) as [number, number];
const SAMPLE = FUZZ === undefined ? 60 : Infinity;
const TIMEOUT = FUZZ === undefined ? {} : { timeout: 3_600_000 };
/** Functions after which it is said how far it is. */
const REPORTED = 50;

it("allows functions that DuckDB has, or that its parser writes as such", async () => {
  const there = new Set((await declared()).map(({ name }) => name.toLowerCase()));
  const unknown = [...ALLOWED_FUNCTIONS].filter((name) => !there.has(name));
  expect(unknown).toEqual(["overlay", "coalesce", "if", "ifnull"]);
});

it("survives each of DuckDB's functions with large arguments", TIMEOUT, async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  await store.startRun(aRun());
  const pool = new SqlPool(store, { ms: 400, memory: 700 << 20 });
  onTestFinished(async () => {
    await pool.close();
    await store.close();
  });
  const all = await declared();
  const every = Math.max(1, Math.floor(all.length / SAMPLE));
  const [from, to] = [PART - 1, PART].map((part) => Math.floor((part * all.length) / PARTS)) as [number, number];
  let [answered, refused] = [0, 0];
  for (const [i, { name, kind, types }] of all.entries()) {
    if (i < from || i >= to) continue;
    // Another part of the list each day.
    if ((i + new Date().getDate()) % every !== 0) continue;
    if (FUZZ !== undefined && (i - from) % REPORTED === 0) {
      process.stderr.write(
        `functions ${from} to ${to - 1} of ${all.length}: at ${i}, ${answered} answered, ${refused} refused\n`,
      );
    }
    const called = `"${name.replaceAll('"', '""')}"(${types.map((type) => argument(type, i)).join(", ")})`;
    const sql = kind.startsWith("table") ? `FROM ${called}` : `SELECT ${called}`;
    const error: unknown = await pool.ask(sql).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) answered++;
    else {
      refused++;
      expect([sql, error]).toEqual([sql, expect.any(UserError)]);
    }
    if (!ALLOWED_FUNCTIONS.has(name.toLowerCase())) {
      expect([sql, String(error)]).toEqual([sql, expect.stringMatching(/cannot be called here|syntax error/)]);
    }
  }
  expect(answered).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
  expect((await pool.ask("SELECT count(*) FROM run")).json).toEqual(["[1]"]);
  expect((await store.query("SELECT count(*) FROM run")).rows).toEqual([[1]]);
});
