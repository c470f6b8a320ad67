import fc from "fast-check";
import { expect, it } from "vitest";
import type { Reading, Recorded } from "../../../src/core/types.ts";
import { Bucketed } from "../../../src/feed/client/bucketed.ts";
import type { Series, SeriesSet } from "../../../src/feed/client/node.ts";
import { widthFor } from "../../../src/feed/protocol/width.ts";
import { follow } from "../../fixtures/followed.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

/** A curve as plain numbers. */
const plain = (s: Series) => ({
  runId: s.runId,
  probe: s.probe,
  stat: s.stat,
  layer: s.layer,
  unit: s.unit,
  distance: s.distance,
  width: s.width,
  readings: s.readings,
  buckets: Array.from({ length: s.length }, (_, i) => [
    s.start[i]!,
    s.min[i]! + 0,
    s.max[i]! + 0,
    s.minStep[i]!,
    s.maxStep[i]!,
    s.last[i]! + 0,
    s.lastStep[i]!,
    s.broken[i]!,
  ]),
});
const curves = ({ series }: SeriesSet) => series.map(plain);

/** The curves of readings, one after the other into buckets of the right width. */
function expected(all: readonly (Reading & { runId: string })[], points: number): unknown[] {
  const out = new Map<string, Bucketed>();
  for (const runId of new Set(all.map((r) => r.runId))) {
    const steps = all.filter((r) => r.runId === runId).map(({ step }) => step);
    const shift = widthFor(Math.min(...steps), Math.max(...steps), points);
    for (const r of all.filter((one) => one.runId === runId)) {
      const key = { runId, probe: r.probe, stat: r.stat, layer: r.layer ?? null, unit: null, distance: null };
      const name = JSON.stringify(key);
      if (!out.has(name)) out.set(name, new Bucketed(key, shift, 0));
      out.get(name)!.add(r.step, r.value);
    }
  }
  return [...out.values()].sort(inOrder).map(plain);
}

function inOrder(a: Series, b: Series): number {
  const key = ({ runId, probe, layer }: Series) => `${runId} ${probe} ${layer ?? 0}`;
  return key(a) < key(b) ? -1 : 1;
}

const value = fc.oneof(fc.integer({ min: -2, max: 2 }).map(Number), fc.double(), fc.constantFrom(NaN, Infinity));
const reading = fc.record({
  run: fc.constantFrom("a", "b"),
  probe: fc.constantFrom("p", "q"),
  layer: fc.integer({ min: 0, max: 2 }),
  value,
  jump: fc.integer({ min: -3, max: 60 }),
});

it("gives a page opened late what one opened early has, and both what was recorded", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(reading, { minLength: 1, maxLength: 250 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(250),
      async (given, points, cut) => {
        const { server, start, record, store, close } = await serve();
        for (const runId of ["a", "b"]) await start(aRun({ runId, arm: runId }));
        const early = follow(server.url);
        const seenEarly = early.series({ points });
        let at = 0;
        const all = given.map(({ run, probe, layer, value: v, jump }) => {
          at = Math.max(0, at + jump);
          return { ...aReading(at, { probe, stat: "s", value: v, ...(layer > 0 ? { layer } : {}) }), runId: run };
        });
        const strip = (one: (typeof all)[number]): Recorded => one;
        for (const r of all.slice(0, cut)) await record(r.runId, [strip(r)]);
        await store.flush();
        const middle = follow(server.url).series({ points });
        await waitFor(() => expect(middle.set.complete && seenEarly.set.complete).toBe(true));
        for (const r of all.slice(cut)) await record(r.runId, [strip(r)]);
        await store.flush();
        const late = follow(server.url).series({ points });
        const right = expected(all, points);
        for (const seen of [seenEarly, middle, late]) {
          await waitFor(() => expect(curves(seen.set)).toEqual(right));
        }
        await close();
      },
    ),
    { numRuns: 12, endOnFailure: true },
  );
});

it("shows a zoom, and only what a filter lets through", async () => {
  const { server, start, record, store } = await serve();
  await start(aRun());
  const rows = Array.from({ length: 4000 }, (_, step): Recorded[] => [
    aReading(step, { value: step === 1234 ? 1e9 : Math.sin(step) }),
    aReading(step, { probe: "moments", stat: "mean", layer: 1, value: step }),
    aReading(step, { probe: "moments", stat: "mean", layer: 1, unit: 7, value: step }),
    aReading(step, { probe: "walk", stat: "loss", distance: 0.5, value: step }),
  ]).flat();
  await record("run-1", rows);
  await store.flush();
  const { feed, ...client } = follow(server.url);
  const watch = (request: Parameters<typeof feed.series>[0]) => {
    const kept: { set?: SeriesSet } = {};
    feed.series(request).subscribe((set) => (kept.set = set));
    return kept;
  };
  const whole = watch({ probes: ["loss"], points: 100 });
  const zoom = watch({ probes: ["l*ss"], points: 100, from: 1200, to: 1299 });
  const without = watch({ layers: "none", distances: "none" });
  const unit = watch({ units: [7] });
  const some = watch({ layers: [1], arms: ["stand*"], experiments: ["noisy-batchnorm"] });
  const none = watch({ arms: ["other"] });
  await waitFor(() => {
    for (const { set } of [whole, zoom, without, unit, some, none]) expect(set?.complete).toBe(true);
  });
  const [curve] = whole.set!.series;
  expect([curve!.width, curve!.length, curve!.readings]).toEqual([32, 125, 4000]);
  const spike = [...curve!.start.subarray(0, curve!.length)].findIndex((start) => start === 1216);
  expect([curve!.max[spike], curve!.maxStep[spike]]).toEqual([1e9, 1234]);
  expect([zoom.set!.series[0]!.width, zoom.set!.series[0]!.length, zoom.set!.series[0]!.readings]).toEqual([
    1, 100, 100,
  ]);
  const names = ({ set }: typeof whole) => set!.series.map((s) => `${s.probe}/${s.layer}/${s.unit}/${s.distance}`);
  expect(names(without)).toEqual(["loss/null/null/null"]);
  expect(names(unit)).toEqual(["moments/1/7/null"]);
  expect(names(some)).toEqual(["moments/1/null/null"]);
  expect(names(none)).toEqual([]);
  await record("run-1", [aReading(4000, { value: 3 }), aReading(1250, { value: -5 })]);
  await waitFor(() => expect(curve!.readings).toBe(4002));
  expect([zoom.set!.series[0]!.readings, zoom.set!.series[0]!.min[50]]).toEqual([101, -5]);
  expect(client.errors).toEqual([]);
});
