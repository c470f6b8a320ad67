import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { openStore } from "../../../src/store/open-store.ts";
import { earlierMeans } from "../../../src/sweep/coordinator/earlier-means.ts";
import { MetricMeans, type StretchMean } from "../../../src/sweep/coordinator/metric-means.ts";
import { aRun, temporaryFolder } from "../../fixtures/runs.ts";

it("has the mean of the last ten readings at the end of each stretch, once", () => {
  const means = new MetricMeans(5);
  const ended = Array.from({ length: 16 }, (_, step) => means.add(step, step)).flat();
  expect(ended).toEqual([
    { stretch: 0, mean: 2 },
    { stretch: 1, mean: 4.5 },
    { stretch: 2, mean: 9.5 },
  ]);
  expect(means.first).toBe(2);
  // Another attempt goes on at step 12: what was told of is not told again.
  means.cut(12);
  expect([12, 13, 14, 15].flatMap((step) => means.add(step, 0))).toEqual([]);
  expect(means.add(20, 0)).toEqual([{ stretch: 3, mean: (6 + 7 + 8 + 9 + 10 + 11) / 10 }]);
});

it("tells of a stretch without readings what was there before it", () => {
  const means = new MetricMeans(2);
  expect(means.add(1, 3)).toEqual([]);
  expect(means.add(7, 9)).toEqual([
    { stretch: 0, mean: 3 },
    { stretch: 1, mean: 3 },
    { stretch: 2, mean: 3 },
  ]);
});

it("finds in a store what it would have followed", async () => {
  const store = await openStore(join(temporaryFolder(), "s.duckdb"));
  try {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        async (values, width) => {
          const runId = `r${n++}`;
          await store.startRun(aRun({ runId }));
          const base = { kind: "reading", probe: "loss", stat: "loss" } as const;
          await store.append(
            runId,
            values.flatMap((value, step) => [
              { ...base, step, value },
              { ...base, step, value: 1e6, layer: 1 },
            ]),
          );
          const means = new MetricMeans(width);
          const followed: StretchMean[] = [...values, 0].flatMap((value, i) =>
            means.add(i === values.length ? Math.ceil(i / width) * width : i, value),
          );
          const stored = await earlierMeans(store, [runId], ["loss"], width);
          expect(stored.map(({ stretch }) => stretch)).toEqual(followed.map(({ stretch }) => stretch));
          for (const [i, { mean }] of stored.entries()) expect(mean).toBeCloseTo(followed[i]!.mean, 9);
        },
      ),
      { numRuns: 25 },
    );
    expect(await earlierMeans(store, [], ["loss"], 1)).toEqual([]);
  } finally {
    await store.close();
  }
});
