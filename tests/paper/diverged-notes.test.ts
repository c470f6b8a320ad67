import { join } from "node:path";
import { expect, it } from "vitest";
import { divergedNotes } from "../../src/paper/diverged-notes.ts";
import { comparison } from "../../src/run/report/compare.ts";
import { drawFigure } from "../../src/report/figure.ts";
import { openStore } from "../../src/store/open-store.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";

const DIVERGED = { a0: 4, a1: 1200, b0: 7, c0: null, c1: 31, c2: 31, d0: null } as const;

async function fixture() {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  for (const [runId, step] of Object.entries(DIVERGED)) {
    const run = aRun({ runId, arm: runId[0]!, seed: Number(runId[1]) });
    await store.startRun(run);
    await store.append(runId, [aReading(0), aReading(1)]);
    if (step !== null) {
      await store.append(runId, [{ kind: "event", step, at: 0, level: "error", name: "diverged", message: "NaN" }]);
    }
    await store.finishRun(runId, step === null ? "completed" : "diverged", run.startedAt + 1000);
  }
  return store;
}

it("says of every curve which of its runs diverged, and when", async () => {
  const store = await fixture();
  const curves = ["a", "b", "c", "d"].map((label) => ({
    label,
    runs: Object.keys(DIVERGED).filter((runId) => runId.startsWith(label)),
  }));
  expect(await divergedNotes(store, curves)).toEqual([
    "a: all 2 runs diverged, at steps 4 to 1,200.",
    "b diverged at step 7.",
    "c: 2 of 3 runs diverged, at step 31; from there the curve is of the others.",
  ]);
  await store.close();
});

it("is told below the first figure of a comparison", async () => {
  const store = await fixture();
  const { figures } = await comparison(store, "a.duckdb", ["b", "d"]);
  expect(drawFigure(figures[0]!).notes).toEqual(["b diverged at step 7."]);
  await store.close();
});
