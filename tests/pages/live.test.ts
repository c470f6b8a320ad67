import { Subject } from "rxjs";
import { expect, it, vi } from "vitest";
import type { Feed, RunHistogram } from "../../src/feed/client/index.ts";
import { Catalogue } from "../../src/pages/parts/catalogue.ts";
import type { Curve } from "../../src/pages/parts/curve.ts";
import { HistogramRecords } from "../../src/pages/parts/histogram-records.ts";
import { KnownLayers } from "../../src/pages/parts/known-layers.ts";
import { LiveSeries, pointsFor } from "../../src/pages/parts/live-series.ts";
import { select } from "../../src/pages/parts/selection.ts";
import { follow } from "../fixtures/followed.ts";
import { aState } from "../fixtures/page.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";
import { waitFor } from "../fixtures/wait.ts";

vi.stubGlobal("requestAnimationFrame", (draw: () => void) => setTimeout(draw));

/** A feed of a real server, with a run whose loss and gradient norm are recorded, and one with other layers' norms. */
async function served() {
  const { server, store, start, record } = await serve();
  await start(aRun());
  const losses = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => aReading(from + i, { value: from + i }));
  await record("run-1", losses(0, 10));
  await record("run-1", [2, 5].map((layer) => aReading(9, { probe: "norms", stat: "gradient_norm", layer }))); // prettier-ignore
  await record("run-1", [{ kind: "histogram", step: 9, site: "output", layer: 7, lo: 0, hi: 1, counts: [1] }]); // prettier-ignore
  await start(aRun({ runId: "run-2", seed: 1 }));
  await record("run-2", [3, 6].map((layer) => aReading(9, { probe: "norms", stat: "gradient_norm", layer }))); // prettier-ignore
  await record("run-2", [aReading(0, { probe: "accuracy", stat: "accuracy" })]);
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
  live.ask({ runs: ["run-1"], stats: ["gradient_norm"], points: 100 });
  await waitFor(() => expect(live.set.series).toHaveLength(2));
  const { set } = live;
  const before = changes;
  live.ask({ runs: ["run-1"], stats: ["gradient_norm"], points: 100 });
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

it("the layers known are none where runs chosen later have none", async () => {
  const { feed } = await served();
  const of = (runId: string) => select([aState({ runId })], { get: () => undefined, list: () => [] });
  const norms = new KnownLayers(feed, { probes: ["norms"] }, () => undefined);
  norms.find(of("run-1"));
  await waitFor(() => expect(norms.layers).toEqual([2, 5]));
  norms.find(of("run-2"));
  await waitFor(() => expect(norms.layers).toEqual([3, 6]));
  norms.find(of("run-3"));
  await waitFor(() => expect([norms.known, norms.layers]).toEqual([true, []]));
});

it("what there is to choose is that of the runs shown, however alike their number of series", async () => {
  const { feed } = await served();
  const catalogue = new Catalogue(feed, () => undefined);
  const placesOf = (name: string) => [...(catalogue.entries.get(name)?.keys() ?? [])];
  const of = (runId: string) => ({
    selection: select([aState({ runId })], { get: () => undefined, list: () => [] }),
  });
  catalogue.update(of("run-1"));
  await waitFor(() => expect(placesOf("norms / gradient_norm")).toEqual(["layer 2", "layer 5"]));
  catalogue.update(of("run-2"));
  await waitFor(() => expect(placesOf("norms / gradient_norm")).toEqual(["layer 3", "layer 6"]));
  expect(placesOf("loss / loss")).toEqual([]);
});

it("histograms of several sites are kept apart, those before the non-linearity first", () => {
  const answers = new Subject<RunHistogram>();
  const feed = { histograms: () => answers } as unknown as Feed;
  const records = new HistogramRecords(() => undefined);
  const curve: Curve = { name: "a", arm: "a", place: 0, dash: 0, runs: [aState()] };
  records.ask({ feed, layer: 2 }, [curve]);
  for (const [site, unit, count] of [
    ["norm gradient", 5, 1],
    ["linear", undefined, 2],
    ["norm", undefined, 3],
  ] as const) {
    answers.next({ kind: "histogram", runId: "run", step: 0, site, layer: 2, ...(unit !== undefined && { unit }), lo: 0, hi: 1, counts: [count] }); // prettier-ignore
  }
  expect(records.sites()).toEqual(["norm", "linear", "norm gradient"]);
  const counted = (site: string) => records.of(curve, { site, unit: undefined }).map(({ counts }) => counts[0]);
  expect(records.sites().map(counted)).toEqual([[3], [2], [1]]);
  expect([...records.units("norm gradient")]).toEqual(["5"]);
});

it("histograms that come again are there once, as they came last", () => {
  const answers = new Subject<RunHistogram>();
  const feed = { histograms: () => answers } as unknown as Feed;
  const records = new HistogramRecords(() => undefined);
  const curve: Curve = { name: "a", arm: "a", place: 0, dash: 0, runs: [aState()] };
  records.ask({ feed, layer: 2 }, [curve]);
  for (const [step, unit, count] of [
    [0, undefined, 1],
    [10, undefined, 2],
    [10, 3, 4],
    [0, undefined, 5],
  ] as const) {
    answers.next({ kind: "histogram", runId: "run", step, site: "norm", layer: 2, ...(unit !== undefined && { unit }), lo: 0, hi: 1, counts: [count] }); // prettier-ignore
  }
  expect(records.of(curve, { site: "norm", unit: undefined }).map(({ step, counts }) => [step, counts[0]])).toEqual([[0, 5], [10, 2]]); // prettier-ignore
  expect([...records.units("norm")]).toEqual(["all", "3"]);
});
