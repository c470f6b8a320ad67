import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Registry } from "../../../src/feed/server/registry.ts";
import { wantedOf } from "../../../src/feed/server/snapshot.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { selectsRun } from "../../../src/feed/protocol/select-run.ts";
import { selectsSeries } from "../../../src/feed/protocol/select-series.ts";
import { aRun, temporaryFolder } from "../../fixtures/runs.ts";

/** Names and patterns with everything that SQL's LIKE and GLOB, and quoting, treat as special. */
const character = fc.constantFrom("a", "b", "%", "_", "\\", "'", "?", "[", "]", ".", "é", "😀", "$", "1");
const name = fc.string({ unit: character, maxLength: 4 });
const pattern = fc.string({ unit: fc.oneof(character, fc.constant("*")), maxLength: 4 });
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const patterns = some(fc.array(pattern, { maxLength: 3 }));
const small = fc.integer({ min: 0, max: 2 });
const numbers = some(fc.oneof(fc.constantFrom("none" as const, "any" as const), fc.array(small, { maxLength: 2 })));
const filter = fc.record({
  runs: patterns,
  experiments: patterns,
  arms: patterns,
  probes: patterns,
  stats: patterns,
  layers: numbers,
  units: numbers,
  distances: some(fc.constantFrom("none" as const, "any" as const)),
});
/** A store refuses readings without the name of their probe and stat. */
const named = fc.string({ unit: character, minLength: 1, maxLength: 4 });
const reading = fc.record(
  {
    run: small,
    step: small,
    probe: named,
    stat: named,
    layer: small,
    unit: small,
    distance: fc.double({ noNaN: true }),
  },
  { requiredKeys: ["run", "step", "probe", "stat"] },
);

it("lets through in SQL what it lets through live", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  const reader = await store.openReader();
  await fc.assert(
    fc.asyncProperty(
      fc.array(reading, { maxLength: 12 }),
      fc.array(name, { minLength: 9, maxLength: 9 }),
      fc.array(filter, { maxLength: 8 }),
      async (all, names, filters) => {
        const registry = new Registry();
        const batchId = Math.random().toString(36);
        const runs = [0, 1, 2].map((i) => {
          const run = aRun({ runId: `${batchId}${names[i]!}${i}`, experiment: names[3 + i]!, arm: names[6 + i]! });
          return registry.addRun({ ...run, status: "running", endedAt: null, step: -1, stepsPerSecond: null }, true);
        });
        for (const [i, { run, ...rest }] of all.entries()) {
          await store.append(runs[run]!.state.runId, [{ kind: "reading", ...rest, value: i }]);
        }
        await store.flush();
        for (const one of filters) {
          const live = all.flatMap(({ run, probe, stat, layer = null, unit = null, distance = null }, i) =>
            selectsRun(one, runs[run]!.state) && selectsSeries(one, { probe, stat, layer, unit, distance }) ? [i] : [],
          );
          const ours = runs.map(({ state }) => state.runId);
          const wanted = wantedOf(registry, one);
          const blocks = await reader.snapshot((moment) =>
            moment.readings({ ...wanted, runs: wanted.runs ?? ours }, { after: -1, to: 1e9 }),
          );
          const stored = blocks.flatMap(({ rowCount, columns }) =>
            Array.from({ length: rowCount }, (_, row) => columns.value.getItem(row)),
          );
          expect(stored).toEqual(live);
        }
      },
    ),
    { numRuns: 60 },
  );
  await reader.close();
  await store.close();
});
