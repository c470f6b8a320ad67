import { expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { fill } from "../../src/store/fill.ts";
import { emptyStore, record, type OurReading } from "../fixtures/paper-runs.ts";
import { aRun, rejection } from "../fixtures/runs.ts";

const at = (layer: number, unit?: number) => (unit === undefined ? { layer } : { layer, unit });

it("loads the paper's curves once", async () => {
  const store = await emptyStore();
  await fill(store, SANTURKAR_2018.curves);
  await fill(store, SANTURKAR_2018.curves);
  expect((await store.query("SELECT count(*), count(DISTINCT figure) FROM paper_curve")).rows).toEqual([[28_929, 25]]);
  const point = await store.query("FROM paper_curve WHERE figure = '11a' AND arm = 'standard' LIMIT 1");
  expect(point.rows).toEqual([
    ["11a", "vgg", "standard", 0.1, null, "gradient_difference", "0", 100, 0.05, expect.any(Number)],
  ]);
});

it("names the file of the paper's curves when it is missing", async () => {
  const error = await rejection(fill(await emptyStore(), { ...SANTURKAR_2018.curves, file: "/nowhere/curves.csv" }));
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toMatch(/^\/nowhere\/curves.csv is missing/);
});

it("takes, of each experiment, the newest run that ended by itself, at the settings of the most steps", async () => {
  const store = await emptyStore();
  const start = (hours: number) => ({ startedAt: Date.UTC(2024, 0, 1, hours) });
  const wide = { learningRate: 0.1, width: 8 };
  await record(store, { runId: "short", steps: 100, ...start(9), hyper: wide }, []);
  await record(store, { runId: "old", ...start(1), hyper: wide }, []);
  await record(store, { runId: "new", ...start(2), hyper: wide }, []);
  await record(store, { runId: "narrow", ...start(0), hyper: { learningRate: 0.1, width: 4 } }, []);
  await record(store, { runId: "fast", ...start(1), hyper: { ...wide, learningRate: 0.5 }, diverged: true }, []);
  await record(store, { runId: "elsewhere", experiment: "landscape", steps: 10, ...start(1) }, []);
  await store.startRun(aRun({ runId: "unfinished", steps: 1500, hyper: wide, ...start(10) }));
  const ids = async () => (await store.query("SELECT run_id FROM paper_run ORDER BY run_id")).rows.flat();
  expect(await ids()).toEqual(["elsewhere", "fast", "new"]);
  await store.query("SET VARIABLE paper_runs = ['short', 'narrow', 'unfinished']");
  expect(await ids()).toEqual(["short"]);
});

it("puts a figure's rows beside each other: percent, median and range of seeds, records thinned out", async () => {
  const store = await emptyStore();
  await fill(store, SANTURKAR_2018.curves);
  for (const [seed, value] of [0.25, 0.5, 1].entries())
    await record(store, { seed, learningRate: 0.5 }, [[0, "accuracy", "accuracy", value], [3, "accuracy", "accuracy", 0], [10, "accuracy", "accuracy", NaN]]); // prettier-ignore
  const rows = await store.query(
    "FROM figure_1a WHERE arm = 'standard, lr 0.5' AND x IN (0, 3, 10) ORDER BY source, x",
  );
  expect(rows.rows).toEqual([
    ["", "standard, lr 0.5", "ours", "", "train_accuracy", 0, 50, 25, 100],
    ["", "standard, lr 0.5", "ours", "", "train_accuracy", 10, NaN, NaN, NaN],
    ["", "standard, lr 0.5", "paper", "", "train_accuracy", 0, 8.59375, 8.59375, 8.59375],
  ]);
});

it("has the edges of a band, the layers of a smaller network in the paper's places, and changes over 100 steps", async () => {
  const store = await emptyStore();
  const edges = (low: number, high: number): OurReading[] => [
    [0, "gradient_steps", "loss_min", low],
    [0, "gradient_steps", "loss_max", high],
  ];
  for (const [seed, [low, high]] of (
    [
      [1, 9],
      [2, 8],
      [3, Infinity],
    ] as const
  ).entries())
    // prettier-ignore
    await record(store, { experiment: "landscape", seed }, edges(low, high));
  expect((await store.query("FROM figure_4a")).rows).toEqual([["", "standard", "ours", "", "loss", 0, null, 2, 9]]);

  const mean = (step: number, value: number, unit?: number): OurReading => [
    step,
    "moments",
    "mean",
    value,
    at(8, unit),
  ];
  await record(store, { experiment: "noisy-batchnorm", hyper: { learningRate: 0.1, depth: 11 } }, [
    mean(0, 50),
    mean(100, 60),
    mean(0, 1, 3),
    mean(50, 5, 3),
    mean(100, -2, 3),
    mean(0, 0, 4),
    mean(100, 9, 4),
  ]);
  const columns = "panel, stat, x, y";
  expect((await store.query(`SELECT ${columns} FROM figure_8a`)).rows).toEqual([
    ["mean, layer 8 (the paper's 13)", "mean_change", 0, 3],
  ]);
  expect((await store.query(`SELECT ${columns} FROM figure_8b ORDER BY x`)).rows).toEqual([
    ["mean, layer 8 (the paper's 13)", "mean_drift", 0, 0],
    ["mean, layer 8 (the paper's 13)", "mean_drift", 50, 4],
    ["mean, layer 8 (the paper's 13)", "mean_drift", 100, -3],
  ]);
});

it("has one unit of the least seed in a ridge", async () => {
  const store = await emptyStore();
  for (const seed of [2, 1]) {
    const runId = await record(store, { experiment: "deep-linear", seed, learningRate: 1e-6 }, []);
    const ridge = { kind: "histogram", site: "norm", lo: -seed, hi: seed } as const;
    await store.append(runId, [
      { ...ridge, step: 0, layer: 11, unit: 5, counts: [9, 9] },
      { ...ridge, step: 0, layer: 11, unit: 4, counts: [seed, 2] },
      { ...ridge, step: 0, layer: 2, unit: 4, counts: [7, 7] },
      { ...ridge, step: 0, layer: 11, counts: [8, 8] },
    ]);
  }
  await store.flush();
  expect((await store.query("FROM figure_9")).rows).toEqual([["layer 11", "standard", 0, -1, 1, [1, 2]]]);
});
