import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore, UserError, type Recorded } from "gradstream";
import { aReading, aRun, rejection, temporaryFolder } from "../fixtures/runs.ts";
import { waitFor } from "../fixtures/wait.ts";

describe("store", () => {
  it("gives back what was appended, in order, with NaN and the infinities as such", async () => {
    const path = join(temporaryFolder(), "new", "folders", "a.duckdb");
    const store = await openStore(path);
    await store.startRun(aRun());
    const records: Recorded[] = [
      aReading(0, { value: NaN }),
      aReading(0, { layer: 2, unit: 7, distance: 0.5, value: Infinity }),
      aReading(1, { value: -Infinity }),
      { kind: "histogram", step: 1, layer: 3, site: "norm", lo: -1, hi: 1, counts: [1, 0, 4] },
      { kind: "event", step: 1, at: 1000.4, level: "warning", name: "diverged", message: "m", data: { layer: 3 } },
      { kind: "event", step: 2, at: 2000, level: "info", name: "note", message: "ünï\n'" },
    ];
    await store.append("run-1", records);
    await store.flush();
    const readings = await store.query("SELECT step, layer, unit, distance, value FROM reading ORDER BY rowid");
    expect(readings.columns).toEqual([
      { name: "step", type: "INTEGER" },
      { name: "layer", type: "INTEGER" },
      { name: "unit", type: "INTEGER" },
      { name: "distance", type: "DOUBLE" },
      { name: "value", type: "DOUBLE" },
    ]);
    expect(readings.rows).toEqual([
      [0, null, null, null, NaN],
      [0, 2, 7, 0.5, Infinity],
      [1, null, null, null, -Infinity],
    ]);
    expect((await store.query("FROM histogram")).rows).toEqual([["run-1", 1, 3, "norm", null, -1, 1, [1, 0, 4]]]);
    expect((await store.query("FROM event")).rows).toEqual([
      ["run-1", 1, "1970-01-01 00:00:01", "warning", "diverged", "m", '{"layer":3}', "diverged"],
      ["run-1", 2, "1970-01-01 00:00:02", "info", "note", "ünï\n'", null, "note"],
    ]);
    await store.finishRun("run-1", "completed", Date.UTC(2024, 0, 2, 3, 4, 15));
    await store.close();
    await store.close();
    expect(existsSync(`${path}.wal`)).toBe(false);

    const again = await openStore(path, { readOnly: true });
    const run = await again.query("SELECT status, started_at, ended_at, hyper, sweep_id, attempt FROM run");
    expect(run.rows).toEqual([
      ["completed", "2024-01-02 03:04:05.678", "2024-01-02 03:04:15", '{"batchSize":128,"learningRate":0.1}', null, 1],
    ]);
    expect((await rejection(again.append("run-1", []))).message).toMatch(/reading only/);
    await again.close();
    expect((await rejection(again.query("SELECT 1"))).message).toMatch(/closed/);
  });

  it("turns values into plain JavaScript", async () => {
    const store = await openStore(join(temporaryFolder(), "a.duckdb"));
    const { rows } = await store.query(
      "SELECT 1::BIGINT, 9007199254740993::BIGINT, DATE '2024-01-02', [1::BIGINT, NULL], {'a': 2::BIGINT}, 1.5::DECIMAL(4, 2), $1, ?2",
      ["x", 7],
    );
    expect(rows).toEqual([[1, "9007199254740993", "2024-01-02", [1, null], { a: 2 }, 1.5, "x", 7]]);
    await store.close();
  });

  it("flushes by itself within about a second", async () => {
    const store = await openStore(join(temporaryFolder(), "a.duckdb"));
    await store.append("r", [aReading(0)]);
    expect((await store.query("SELECT count(*) FROM reading")).rows).toEqual([[0]]);
    await waitFor(async () => expect((await store.query("SELECT count(*) FROM reading")).rows).toEqual([[1]]));
    await store.close();
  });

  it("keeps many appends of two runs in order", async () => {
    const store = await openStore(join(temporaryFolder(), "a.duckdb"));
    for (let step = 0; step < 20_000; step += 10) {
      const chunk = Array.from({ length: 10 }, (_, i) => aReading(step + i, { value: step + i }));
      void store.append(step % 20 === 0 ? "even" : "odd", chunk);
    }
    await store.flush();
    const wrong = await store.query(
      `SELECT count(*) FILTER (value < previous), count(*) FROM
         (SELECT value, lag(value) OVER (PARTITION BY run_id ORDER BY rowid) AS previous FROM reading)`,
    );
    expect(wrong.rows).toEqual([[0, 20_000]]);
    await store.close();
  });

  it("says what was wrong with SQL, with the SQL", async () => {
    const store = await openStore(join(temporaryFolder(), "a.duckdb"));
    const error = await rejection(store.query("SELECT *\n FROM nowhere"));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(
      /^Catalog Error: Table with name nowhere does not exist, did you mean "\w+"\? in: SELECT \* FROM nowhere$/,
    );
    expect((await rejection(store.query("-- nothing"))).message).toBe("no statement in: -- nothing");
    expect((await store.query("SELECT 1")).rows).toEqual([[1]]);
    await store.close();
  });

  it("refuses records with fractional steps whole, a second run of the same id, an unknown run's end", async () => {
    const store = await openStore(join(temporaryFolder(), "a.duckdb"));
    await store.startRun(aRun());
    expect((await rejection(store.append("run-1", [aReading(0), aReading(0.5)]))).message).toMatch(
      /probe loss gave a reading whose step is number 0.5, not a whole number/,
    );
    expect(await rejection(store.startRun(aRun()))).toBeInstanceOf(UserError);
    expect((await rejection(store.finishRun("run-2", "failed", 0))).message).toMatch(/no run run-2/);
    await store.append("run-1", [aReading(0)]);
    await store.flush();
    expect((await store.query("SELECT count(*) FROM reading")).rows).toEqual([[1]]);
    await store.close();
  });
});
