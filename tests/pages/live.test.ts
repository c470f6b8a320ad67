import { expect, it } from "vitest";
import { KnownLayers } from "../../src/pages/parts/known-layers.ts";
import { LiveSeries, pointsFor } from "../../src/pages/parts/live-series.ts";
import { select } from "../../src/pages/parts/selection.ts";
import { follow } from "../fixtures/followed.ts";
import { aState } from "../fixtures/page.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";
import { waitFor } from "../fixtures/wait.ts";

/** A feed of a real server, with a run whose loss and gradient norm are recorded. */
async function served() {
  const { server, store, start, record } = await serve();
  await start(aRun());
  const losses = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => aReading(from + i, { value: from + i }));
  await record("run-1", losses(0, 10));
  await record("run-1", [2, 5].map((layer) => aReading(9, { probe: "norms", stat: "gradient_norm", layer }))); // prettier-ignore
  await record("run-1", [{ kind: "histogram", step: 9, site: "output", layer: 7, lo: 0, hi: 1, counts: [1] }]); // prettier-ignore
  await store.flush();
  const { feed } = follow(server.url);
  return { feed, more: (from: number, to: number) => record("run-1", losses(from, to)) };
}

it("a panel's series say from where on a new drawing differs", async () => {
  const { feed, more } = await served();
  let changes = 0;
  const live = new LiveSeries(feed, () => changes++);
  live.ask({ probes: ["loss"], points: 100 });
  await waitFor(() => expect(live.set.complete).toBe(true));
  expect(changes).toBeGreaterThan(0);
  const [series] = live.set.series;
  expect(series!.readings).toBe(10);
  expect(live.changedFrom()).toBeUndefined();
  expect(live.changedFrom()).toBe(Infinity);
  await more(10, 12);
  await waitFor(() => expect(series!.readings).toBe(12));
  // The last bucket but one, as it was.
  expect(live.changedFrom()).toBe(8);
  await more(12, 400);
  await waitFor(() => expect(live.set.series[0]!.readings).toBe(400));
  expect(live.changedFrom()).toBeUndefined();
  live.close();
});

it("a panel that asks for nothing has nothing, and the same question is not asked twice", async () => {
  const { feed } = await served();
  let changes = 0;
  const live = new LiveSeries(feed, () => changes++);
  live.ask(undefined);
  expect([live.set, changes]).toEqual([{ series: [], complete: true }, 1]);
  live.ask({ stats: ["gradient_norm"], points: 100 });
  await waitFor(() => expect(live.set.series).toHaveLength(2));
  const { set } = live;
  const before = changes;
  live.ask({ stats: ["gradient_norm"], points: 100 });
  expect([live.set === set, changes]).toEqual([true, before]);
  // What is drawn stays until the next answer is complete.
  live.ask({ probes: ["loss"], points: 100 });
  expect(live.set.series).toHaveLength(2);
  await waitFor(() => expect(live.set.series.map(({ probe }) => probe)).toEqual(["loss"]));
  live.close();
});

it("points are asked for in steps", () => {
  expect([0, 200, 201, 999].map(pointsFor)).toEqual([400, 400, 400, 1000]);
});

it("the layers known are those of the series, and of histograms where these are shown", async () => {
  const { feed } = await served();
  const selection = select([aState({ runId: "run-1" })], { get: () => undefined, list: () => [] });
  const plain = new KnownLayers(feed, { stats: ["gradient_norm"] }, () => undefined);
  const both = new KnownLayers(feed, { stats: ["gradient_norm"], histograms: true }, () => undefined);
  const none = new KnownLayers(feed, undefined, () => undefined);
  expect([plain.known, none.known]).toEqual([false, true]);
  for (const layers of [plain, both, none]) layers.find(selection);
  await waitFor(() => expect([plain.known, both.layers]).toEqual([true, [2, 5, 7]]));
  expect([plain.layers, none.layers]).toEqual([[2, 5], []]);
});
