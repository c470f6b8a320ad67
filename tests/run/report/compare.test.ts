import { join } from "node:path";
import { expect, it } from "vitest";
import { comparison } from "../../../src/run/report/compare.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../../fixtures/runs.ts";

/** Losses of three seeds of standard and one of batchNorm; only standard has moments. */
async function fixture() {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  for (const [arm, seed, losses] of [
    ["standard", 0, [3, 2]],
    ["standard", 1, [5, 1]],
    ["standard", 2, [9, 1.5]],
    ["batchNorm", 0, [2, 0.5]],
  ] as const) {
    const run = aRun({ runId: `${arm}-${seed}`, arm, seed });
    await store.startRun(run);
    await store.append(run.runId, [
      ...losses.map((value, step) => aReading(step, { value })),
      ...(arm === "standard" ? [0, 1].map((step) => aReading(step, { probe: "moments", stat: "mean", layer: 2 })) : []),
      aReading(0, { probe: "cost/loss", stat: "calls", value: 2 }),
    ]);
    await store.finishRun(run.runId, "completed", run.startedAt + 2000);
  }
  return store;
}

it("draws what all arms have, as medians over seeds with their range", async () => {
  const store = await fixture();
  const { title, figures, runs, wallSeconds, claims } = await comparison(store, "a.duckdb", ["noisy-batchnorm"]);
  expect([title, runs.length, wallSeconds, claims]).toEqual(["batchNorm beside standard", 4, 2, []]);
  expect(figures.map(({ figure }) => figure.id)).toEqual(["loss-loss"]);
  expect(figures[0]!.rows.map(({ arm, x, y, low, high }) => [arm, x, y, low, high])).toEqual([
    ["batchNorm", 0, 2, 2, 2],
    ["batchNorm", 1, 0.5, 0.5, 0.5],
    ["standard", 0, 5, 3, 9],
    ["standard", 1, 1.5, 1, 2],
  ]);
  await store.close();
});

it("takes runs by their ids and sets layers beside each other", async () => {
  const store = await fixture();
  const { title, figures } = await comparison(store, "a.duckdb", ["standard-0", "standard-1"]);
  expect(title).toBe("standard-0 beside standard-1");
  expect(figures.map(({ figure }) => [figure.id, figure.title])).toEqual([
    ["loss-loss", "loss"],
    ["moments-mean", "moments: mean"],
  ]);
  expect(new Set(figures[1]!.rows.map(({ panel }) => panel))).toEqual(new Set(["layer 2"]));
  await store.close();
});

it("keeps runs of one seed on other data and backends, and names them apart", async () => {
  const store = await fixture();
  for (const [runId, rest] of Object.entries({ d: { dataset: "shapes10" }, b: { backend: "wasm" } })) {
    const run = aRun({ runId, arm: "batchNorm", startedAt: aRun().startedAt + 5000, ...rest });
    await store.startRun(run);
    await store.append(runId, [aReading(0), aReading(1)]);
    await store.finishRun(runId, "completed", run.startedAt + 1000);
  }
  const { title } = await comparison(store, "a.duckdb", ["noisy-batchnorm/batchNorm"]);
  const { dataset, backend } = aRun();
  expect(new Set(title.split(" beside "))).toEqual(
    new Set([
      `batchNorm, dataset ${dataset}, backend ${backend}`,
      `batchNorm, dataset ${dataset}, backend wasm`,
      `batchNorm, dataset shapes10, backend ${backend}`,
    ]),
  );
  await store.close();
});

it("says what is not there, and that one is no comparison", async () => {
  const store = await fixture();
  expect((await rejection(comparison(store, "a.duckdb", ["standart"]))).message).toMatch(
    /^compare: no finished run, arm or experiment standart; there are noisy-batchnorm\/batchNorm, noisy-batchnorm\/standard/,
  );
  expect((await rejection(comparison(store, "a.duckdb", ["standard"]))).message).toMatch(/at least two runs or arms/);
  await store.close();
});

it("keeps experiments and settings apart and named, however they are asked for", async () => {
  const store = await fixture();
  for (const [experiment, learningRate] of [
    ["landscape", 0.1],
    ["noisy-batchnorm", 0.5],
  ] as const) {
    // prettier-ignore
    const run = aRun({ runId: `other-${experiment}`, experiment, hyper: { learningRate, batchSize: 128 } });
    await store.startRun(run);
    await store.append(run.runId, [aReading(0), aReading(1)]);
    await store.finishRun(run.runId, "completed", run.startedAt + 1000);
  }
  const titles = async (...wanted: string[]) => (await comparison(store, "a.duckdb", wanted)).title;
  const [slow, fast] = ["noisy-batchnorm/standard, lr 0.1", "noisy-batchnorm/standard, lr 0.5"];
  expect(await titles("landscape/standard", "noisy-batchnorm/standard")).toBe(
    `landscape/standard beside ${slow} beside ${fast}`,
  );
  expect(await titles("standard", "landscape/standard")).toBe(`landscape/standard beside ${slow} beside ${fast}`);
  expect(await titles("noisy-batchnorm/standard")).toBe("standard, lr 0.1 beside standard, lr 0.5");
  await store.close();
});

it("says so when nothing was recorded by all", async () => {
  const store = await fixture();
  const run = aRun({ runId: "bare", arm: "bare" });
  await store.startRun(run);
  await store.finishRun("bare", "completed", run.startedAt + 1000);
  expect((await rejection(comparison(store, "a.duckdb", ["bare", "standard"]))).message).toBe(
    "compare: bare beside standard: no stat that all of them have at two steps or more",
  );
  await store.close();
});
