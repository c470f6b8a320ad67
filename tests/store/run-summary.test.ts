import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Reading } from "../../src/core/types.ts";
import { openStore } from "../../src/store/open-store.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";

/** Headline numbers of a run as the guide defines them: the mean of the last 5 % of readings by step, of ten at least. */
function finalOf(readings: readonly Reading[], name: string): number | null {
  const found = readings.filter(
    ({ probe, stat, layer, unit, distance }) =>
      probe === name && stat === name && layer === undefined && unit === undefined && distance === undefined,
  );
  const last = found.sort((a, b) => b.step - a.step).slice(0, Math.max(10, Math.ceil(0.05 * found.length)));
  return last.length === 0 ? null : last.reduce((sum, { value }) => sum + value, 0) / last.length;
}

const place = fc.constantFrom<Partial<Reading>>(
  {},
  { probe: "accuracy", stat: "accuracy" },
  { probe: "accuracy", stat: "loss" },
  { probe: "loss", stat: "accuracy" },
  { probe: "loss", stat: "penalized_loss" },
  { layer: 1 },
  { unit: 0 },
  { distance: 0.5 },
);

/** A series has one reading a step at most, in any order, with gaps. */
const series = fc.record({
  place,
  every: fc.integer({ min: 1, max: 7 }),
  count: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 190, max: 450 })),
  isReversed: fc.boolean(),
});

const run = fc.uniqueArray(series, { maxLength: 5, selector: ({ place }) => JSON.stringify(place) });

it("summarises a run by the last of its headline readings, whatever else is recorded of it", async () => {
  const folder = temporaryFolder();
  let stores = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 6 }), async (runs) => {
      const store = await openStore(join(folder, `${stores++}.duckdb`));
      const expected: unknown[] = [];
      for (const [i, all] of runs.entries()) {
        await store.startRun(aRun({ runId: `run ${i}`, seed: i, startedAt: i, steps: 5000 }));
        const readings = all.flatMap(({ place, every, count, isReversed }) => {
          const steps = Array.from({ length: count }, (_, k) => k * every);
          return (isReversed ? steps.reverse() : steps).map((step) =>
            aReading(step, { value: (step * 37) % 101, ...place }),
          );
        });
        await store.append(`run ${i}`, readings);
        const seen = readings.reduce((most, { step }) => Math.max(most, step + 1), 0);
        expected.push([`run ${i}`, seen, finalOf(readings, "loss"), finalOf(readings, "accuracy")]);
      }
      await store.flush();
      const { rows } = await store.query(
        "SELECT run_id, steps_done, round(final_loss, 9), round(final_train_accuracy, 9) FROM run_summary",
      );
      await store.close();
      const rounded = (value: unknown) => (typeof value === "number" ? Number(value.toFixed(9)) : value);
      expect(rows).toEqual(expected.map((row) => (row as unknown[]).map(rounded)));
    }),
    { numRuns: 40 },
  );
});
