import { join } from "node:path";
import { concatMap, filter, map, take, timer, toArray, lastValueFrom } from "rxjs";
import { expect, it, onTestFinished } from "vitest";
import { openStore, type Store } from "gradstream/store";
import { AWKWARD, fillAwkwardly } from "../fixtures/many-records.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";

async function filled(): Promise<Store> {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  onTestFinished(() => store.close());
  await fillAwkwardly(store);
  return store;
}

it("streams the readings that are chosen, as they were recorded, with their runs", async () => {
  const store = await filled();
  const all = await lastValueFrom(store.readings().pipe(toArray()));
  expect(all.length).toBe(3 * (2 * AWKWARD.length + 1));
  const some = await lastValueFrom(
    store.readings({ arm: "standard", run: "noisy/standard/0/a", probe: "mom*" }).pipe(toArray()),
  );
  expect(some).toEqual(
    AWKWARD.map((value, step) => ({
      ...aReading(step, { probe: "moments", stat: "mean", layer: 3, unit: 2, value }),
      runId: "noisy/standard/0/a",
      experiment: "noisy",
      arm: "standard",
      seed: 0,
    })),
  );
  const counted = async (choice: Parameters<Store["readings"]>[0]): Promise<number> =>
    (await lastValueFrom(store.readings(choice).pipe(toArray()))).length;
  expect(await counted({ experiment: "noisy", layer: "none" })).toBe(22);
  expect(await counted({ layer: 3, unit: 2, steps: { from: 2, to: 8, every: 3 } })).toBe(6);
  expect(await counted({ stat: "loss", probe: "gradientSteps" })).toBe(3);
  expect(await counted({ run: "nobody" })).toBe(0);
});

it("gives columns of the same readings", async () => {
  const store = await filled();
  const columns = await store.columns({ experiment: "noisy" });
  const rows = await lastValueFrom(store.readings({ experiment: "noisy" }).pipe(toArray()));
  expect(columns.length).toBe(rows.length);
  expect(
    rows.map((_, i) => ({
      runId: columns.runs[columns.run[i]!],
      probe: columns.probes[columns.probe[i]!],
      stat: columns.stats[columns.stat[i]!],
      step: columns.step[i],
      layer: columns.layer[i],
      unit: columns.unit[i],
      distance: columns.distance[i],
      value: columns.value[i],
    })),
  ).toEqual(
    rows.map(({ runId, probe, stat, step, layer = -1, unit = -1, distance = NaN, value }) => {
      return { runId, probe, stat, step, layer, unit, distance, value };
    }),
  );
  expect((await store.columns({ run: "nobody" })).value).toEqual(new Float64Array());
});

it("sees what was appended just before, and keeps its order over many blocks", async () => {
  const store = await filled();
  await store.startRun(aRun({ runId: "long", steps: 300_000 }));
  const values = Array.from({ length: 300_000 }, (_, step) => Math.sin(step));
  await store.append(
    "long",
    values.map((value, step) => aReading(step, { value })),
  );
  const { step, value } = await store.columns({ run: "long" });
  expect(value.length).toBe(values.length);
  expect(values.findIndex((wanted, i) => value[i] !== wanted || step[i] !== i)).toBe(-1);
});

it("reads no further than its subscriber has got, and lets go when it leaves", async () => {
  const store = await filled();
  await store.startRun(aRun({ runId: "long" }));
  await store.append(
    "long",
    Array.from({ length: 200_000 }, (_, step) => aReading(step)),
  );
  await store.flush();
  let pulled = 0;
  const reader = await store.openReader();
  for await (const { rowCount } of reader.blocks({ step: "step" }, "FROM reading")) {
    pulled += rowCount;
    if (pulled > 10_000) break;
  }
  expect(pulled).toBeLessThan(20_000);
  // What was left does not hold up what comes next.
  expect(await reader.snapshot((moment) => moment.lastRow("readings"))).toBe(200_062);
  await reader.close();

  const first = store.readings({ run: "long" }).pipe(
    filter(({ step }) => step % 2 === 0),
    take(3),
    concatMap((reading) => timer(1).pipe(map(() => reading.step))),
    toArray(),
  );
  expect(await lastValueFrom(first)).toEqual([0, 2, 4]);
});
