import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { nextQueries } from "../../../src/run/runner/next-queries.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { aReading, aRun, temporaryFolder } from "../../fixtures/runs.ts";

const RECORDED = [
  aReading(0, { probe: "loss", stat: "loss" }),
  aReading(0, { probe: "accuracy", stat: "test_accuracy" }),
  aReading(0, { probe: "hessian", stat: "eigenvalue", unit: 1 }),
  aReading(0, { probe: "moments", stat: "mean", layer: 1 }),
];

it("offers two queries at most, each of which finds something in what these runs recorded", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  onTestFinished(() => store.close());
  const offered: number[] = [];
  for (let mask = 0; mask < 1 << RECORDED.length; mask++) {
    const runId = `run ${mask}`;
    await store.startRun(aRun({ runId }));
    const records = RECORDED.filter((_, i) => (mask >> i) & 1);
    await store.append(runId, records);
    await store.flush();
    const queries = await nextQueries(store, [runId]);
    offered.push(queries.length);
    expect(queries).toHaveLength(Math.min(2, records.length));
    for (const sql of queries) {
      const { rows } = await store.query(`WITH curve AS (FROM curve WHERE run_id = '${runId}') ${sql}`);
      expect(rows.length, sql).toBeGreaterThan(0);
    }
  }
  expect(new Set(offered)).toEqual(new Set([0, 1, 2]));
});
