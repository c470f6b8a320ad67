import { join } from "node:path";
import { expect, it } from "vitest";
import type { Reading } from "gradstream";
import { openStore } from "gradstream/store";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";

it("summarises runs, joins curves and finds the latest run of a trial", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  const startedAt = Date.UTC(2024, 0, 1);
  await store.startRun(aRun({ runId: "first", startedAt }));
  await store.startRun(
    aRun({ runId: "second", startedAt: startedAt + 1000, hyper: { batchSize: 128, learningRate: 0.1 } }),
  );
  await store.startRun(aRun({ runId: "broken", startedAt: startedAt + 2000 }));
  await store.startRun(aRun({ runId: "fresh", startedAt: startedAt + 3000 }));
  const records = (value: (step: number) => number): Reading[] =>
    Array.from({ length: 100 }, (_, step) => [
      aReading(step, { value: value(step) }),
      aReading(step, { stat: "penalized_loss", value: 77 }),
      aReading(step, { probe: "accuracy", stat: "accuracy", value: step / 100 }),
    ]).flat();
  await store.append("first", [
    aReading(10, { probe: "cost/ics", stat: "calls", value: 2 }),
    aReading(10, { probe: "cost/ics", stat: "milliseconds", value: 10 }),
    aReading(10, { probe: "timing", stat: "milliseconds", value: 500 }),
    aReading(99, { probe: "cost/ics", stat: "calls", value: 5 }),
    aReading(99, { probe: "cost/ics", stat: "milliseconds", value: 40 }),
    aReading(99, { probe: "timing", stat: "milliseconds", value: 800 }),
  ]);
  for (const runId of ["first", "second"]) {
    await store.append(
      runId,
      records((step) => 100 - step),
    );
    await store.append(runId, [
      aReading(49, { probe: "accuracy", stat: "test_accuracy", value: 0.4 }),
      aReading(99, { probe: "accuracy", stat: "test_accuracy", value: 0.6 }),
      aReading(50, { probe: "timing", stat: "steps_per_second", value: 8 }),
      aReading(10, { layer: 2, probe: "moments", stat: "mean", value: 0.1 }),
    ]);
    await store.finishRun(runId, "completed", startedAt + 20_000);
  }
  await store.append("broken", records((step) => (step < 20 ? 1 : Infinity)).slice(0, 90));
  await store.finishRun("broken", "diverged", startedAt + 12_000);

  const summary = await store.query(
    `SELECT run_id, status, steps_done, final_loss, round(final_train_accuracy, 4), test_accuracy, steps_per_second, seconds
     FROM run_summary`,
  );
  expect(summary.rows).toEqual([
    ["first", "completed", 100, 5.5, 0.945, 0.6, 8, 20],
    ["second", "completed", 100, 5.5, 0.945, 0.6, 8, 19],
    ["broken", "diverged", 30, Infinity, 0.245, null, 3, 10],
    ["fresh", "running", 0, null, null, null, null, null],
  ]);
  expect((await store.query("SELECT run_id FROM latest_run")).rows).toEqual([["second"]]);
  expect((await store.query("SELECT probe, calls, milliseconds, ms_per_call, share FROM probe_cost")).rows).toEqual([
    ["ics", 5, 40, 8, 0.05],
  ]);
  const curve = await store.query("FROM curve WHERE run_id = 'first' AND probe = 'moments'");
  expect(curve.columns.map(({ name }) => name)).toEqual(
    "run_id experiment arm seed hyper step probe stat layer unit distance value".split(" "),
  );
  expect(curve.rows[0]?.slice(5)).toEqual([10, "moments", "mean", 2, null, null, 0.1]);
  await store.close();
});
