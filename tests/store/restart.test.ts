import { join } from "node:path";
import { expect, it } from "vitest";
import type { Recorded } from "gradstream";
import { openStore } from "gradstream/store";
import { aReading, aRun, rejection, temporaryFolder } from "../fixtures/runs.ts";

const recordsOf = (step: number): Recorded[] => [
  aReading(step),
  { kind: "histogram", step, layer: 1, site: "norm", lo: 0, hi: 1, counts: [step] },
  { kind: "event", step, at: step, level: "info", name: "e", message: "m" },
];

it("makes a run running again from a step on, and leaves what came before and what is of others", async () => {
  const path = join(temporaryFolder(), "a.duckdb");
  const store = await openStore(path);
  const run = aRun();
  for (const runId of ["run-1", "other"]) {
    await store.startRun(aRun({ runId }));
    for (let step = 0; step < 5; step++) await store.append(runId, recordsOf(step));
    await store.finishRun(runId, "interrupted", 1000);
  }
  const left = await store.restartRun({ ...run, attempt: 2, codeVersion: "def456", host: "elsewhere" }, 3);
  expect(left).toEqual({ readings: 3, histograms: 3, events: 3 });
  expect((await rejection(store.restartRun(run, 0))).message).toBe("store: no run run-1 to go on with");
  expect((await rejection(store.restartRun(aRun({ runId: "none" }), 0))).message).toContain("no run none");
  await store.append("run-1", recordsOf(3));
  await store.close();

  const again = await openStore(path, { readOnly: true, isLive: true });
  for (const table of ["reading", "histogram", "event"]) {
    const { rows } = await again.query(
      `SELECT run_id, list(step ORDER BY rowid) FROM ${table} GROUP BY ALL ORDER BY ALL`,
    );
    expect(rows).toEqual([
      ["other", [0, 1, 2, 3, 4]],
      ["run-1", [0, 1, 2, 3]],
    ]);
  }
  const { rows } = await again.query(
    "SELECT status, ended_at, attempt, code_version, host FROM run WHERE run_id = 'run-1'",
  );
  expect(rows).toEqual([["running", null, 2, "def456", "elsewhere"]]);
  await again.close();
});

it("counts as the time of a run that went on how long it trained, not how long it lay", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  const hour = 3_600_000;
  for (const [runId, isResumed] of [
    ["at once", false],
    ["in two", true],
  ] as const) {
    await store.startRun(aRun({ runId }));
    await store.append(runId, [aReading(0), aReading(9, { probe: "timing", stat: "milliseconds", value: 5000 })]);
    if (isResumed) {
      await store.append(runId, [{ kind: "event", step: 4, at: 0, level: "info", name: "resumed", message: "m" }]);
    }
    await store.finishRun(runId, "completed", aRun().startedAt + hour);
  }
  expect((await store.query("SELECT run_id, seconds FROM run_summary ORDER BY run_id")).rows).toEqual([
    ["at once", 3600],
    ["in two", 5],
  ]);
  await store.close();
});
