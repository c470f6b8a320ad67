import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Recorded } from "gradstream";
import { openStore, type Store } from "gradstream/store";
import type { RowBlock, Moment } from "../../src/store/queries/types.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";

interface Asked {
  readonly store: Store;
  ask<T>(task: (moment: Moment) => Promise<T>): Promise<T>;
}

/** A real store with a reader of its own; run `a` and run `b` have begun. */
async function aStore(records: Readonly<Record<string, readonly Recorded[]>> = {}): Promise<Asked> {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  const reader = await store.openReader();
  onTestFinished(async () => {
    await reader.close();
    await store.close();
  });
  const startedAt = Date.UTC(2024, 0, 1);
  await store.startRun(aRun({ runId: "b", arm: "batchNorm", startedAt: startedAt + 1000 }));
  await store.startRun(aRun({ runId: "a", startedAt }));
  for (const [runId, list] of Object.entries(records)) await store.append(runId, list);
  await store.flush();
  return { store, ask: (task) => reader.snapshot(task) };
}

/** Blocks as rows of those columns. */
function rows<Row>(blocks: readonly RowBlock<Row>[], ...names: readonly (keyof Row)[]): unknown[][] {
  return blocks.flatMap(({ rowCount, columns }) =>
    Array.from({ length: rowCount }, (_, row) => names.map((name) => columns[name].getItem(row))),
  );
}

const ALL = { after: -1, to: 1e9 };

it("gives the stored runs with how far they came, oldest first", async () => {
  const { store, ask } = await aStore({
    a: [aReading(3), aReading(7)],
    b: [
      aReading(1),
      { kind: "event", step: 9, at: 0, level: "info", name: "note", message: "" },
      { kind: "event", step: 4, at: 0, level: "error", name: "diverged", message: "" },
    ],
  });
  await store.noteTraining("b", {
    dataset: "linearTask",
    network: "deep linear",
    optimizer: { name: "sgd" },
    lossName: "squared",
    probes: [],
  });
  await store.finishRun("b", "diverged", Date.UTC(2024, 0, 2));
  await store.query("INSERT INTO run (run_id, experiment, arm, seed, status) VALUES ('bare', 'e', 'm', 4, 'failed')");
  const { codeVersion, host, attempt, ...known } = aRun({ runId: "a", startedAt: Date.UTC(2024, 0, 1) });
  expect([codeVersion, host, attempt]).not.toContain(undefined);
  expect(await ask((moment) => moment.storedRuns())).toEqual([
    { ...known, status: "interrupted", endedAt: null, step: 7, stepsPerSecond: null },
    {
      ...known,
      runId: "b",
      arm: "batchNorm",
      dataset: "linearTask",
      network: "deep linear",
      startedAt: Date.UTC(2024, 0, 1) + 1000,
      status: "diverged",
      endedAt: Date.UTC(2024, 0, 2),
      step: 4,
      stepsPerSecond: null,
    },
    {
      runId: "bare",
      experiment: "e",
      pipeline: "",
      arm: "m",
      seed: 4,
      hyper: {},
      steps: 0,
      backend: "",
      dataset: "",
      network: "",
      startedAt: 0,
      status: "failed",
      endedAt: null,
      step: -1,
      stepsPerSecond: null,
    },
  ]);
});

it("counts the records of runs, by kind, and finds the last row", async () => {
  const { ask } = await aStore({
    a: [aReading(0), aReading(1), { kind: "event", step: 1, at: 0, level: "info", name: "note", message: "" }],
    b: [aReading(0)],
  });
  await ask(async (moment) => {
    expect([...(await moment.marks("readings", ["a", "b", "c"]))]).toEqual([
      ["a", 2],
      ["b", 1],
      ["c", 0],
    ]);
    expect([...(await moment.marks("events", ["b"]))]).toEqual([["b", 0]]);
    expect([...(await moment.marks("histograms", []))]).toEqual([]);
    expect(await moment.lastRow("readings")).toBe(2);
    expect(await moment.lastRow("events")).toBe(0);
    expect(await moment.lastRow("histograms")).toBe(-1);
  });
});

it("spans the steps of the wanted readings", async () => {
  const { ask } = await aStore({
    a: [aReading(2), aReading(900, { layer: 1 }), aReading(40)],
    b: [aReading(5, { layer: 1 })],
  });
  await ask(async (moment) => {
    expect(await moment.spans({ layers: "none" })).toEqual([{ runId: "a", first: 2, last: 40 }]);
    const all = await moment.spans({});
    expect([...all].sort((x, y) => (x.runId < y.runId ? -1 : 1))).toEqual([
      { runId: "a", first: 2, last: 900 },
      { runId: "b", first: 5, last: 5 },
    ]);
    expect(await moment.spans({ runs: [] })).toEqual([]);
  });
});

it("puts readings into buckets as a slow count of them does", async () => {
  const values = [3, NaN, -1, 7, 7, -1, Infinity, 2, NaN, NaN, NaN, NaN, 5];
  const { ask } = await aStore({
    a: [...values.map((value, step) => aReading(step, { value })), aReading(12, { value: 6 })],
    b: [aReading(2, { value: 1 }), aReading(3, { stat: "penalized_loss", layer: 4, unit: 5, distance: 0.5, value: 8 })],
  });
  const [shift, width] = [2, 4];
  const expected = [0, 4, 8, 12].map((start) => {
    const inside = [...values.entries(), [12, 6] as const].filter(([step]) => step >= start && step < start + width);
    const finite = inside.filter(([, value]) => Number.isFinite(value));
    const least = Math.min(...finite.map(([, value]) => value));
    const most = Math.max(...finite.map(([, value]) => value));
    const first = (wanted: number) => finite.find(([, value]) => value === wanted)?.[0] ?? null;
    const none = finite.length === 0;
    const [lastStep, last] = inside.at(-1)!;
    return [
      start,
      none ? null : least,
      first(least),
      none ? null : most,
      first(most),
      last,
      lastStep,
      inside.length,
      inside.length - finite.length,
    ];
  });
  await ask(async (moment) => {
    const names = ["start", "min", "minStep", "max", "maxStep", "last", "lastStep", "readings", "broken"] as const;
    expect(rows(await moment.buckets({ runs: ["a"] }, shift), ...names)).toEqual(expected);
    const other = await moment.buckets({ runs: ["b"], layers: [4], from: 1, to: 3 }, shift);
    const key = ["runId", "probe", "stat", "layer", "unit", "distance"] as const;
    expect(rows(other, ...key, ...names)).toEqual([
      ["b", "loss", "penalized_loss", 4, 5, 0.5, 0, 8, 3, 8, 3, 8, 3, 1, 0],
    ]);
    const series = rows(await moment.buckets({}, 0), "series", "runId", "stat").map(String);
    expect(new Set(series).size).toBe(3);
    expect(series).toEqual([...series].sort((x, y) => (BigInt(x.split(",")[0]!) < BigInt(y.split(",")[0]!) ? -1 : 1)));
  });
});

it("gives records in the order in which they were appended, window by window", async () => {
  const event = { kind: "event", level: "info", message: "m" } as const;
  const { ask } = await aStore({
    a: [
      aReading(5, { value: NaN }),
      aReading(1, { layer: 2, unit: 3, distance: 0.25, value: -0 }),
      { kind: "histogram", step: 4, layer: 2, site: "norm", lo: -1, hi: 1, counts: [1, 0, 2] },
      { kind: "histogram", step: 5, layer: 2, site: "output", unit: 7, lo: 0, hi: 3, counts: [] },
      { ...event, step: 1, at: 1700000000123, name: "note", data: { a: [1, null] } },
      { ...event, step: 2, at: 0, name: "other" },
    ],
    b: [aReading(0, { value: Infinity })],
  });
  await ask(async (moment) => {
    const reading = ["runId", "probe", "stat", "layer", "unit", "distance", "step", "value"] as const;
    const all = [
      ["a", "loss", "loss", null, null, null, 5, NaN],
      ["a", "loss", "loss", 2, 3, 0.25, 1, -0],
      ["b", "loss", "loss", null, null, null, 0, Infinity],
    ];
    expect(rows(await moment.readings({}, ALL), ...reading)).toEqual(all);
    expect(rows(await moment.readings({}, { after: 0, to: 1 }), ...reading)).toEqual(all.slice(1, 2));
    expect(rows(await moment.readings({ distances: "none", runs: ["a"] }, ALL), ...reading)).toEqual(all.slice(0, 1));
    expect(rows(await moment.readings({ every: 5 }, ALL), "step")).toEqual([[5], [0]]);

    const histogram = ["runId", "layer", "site", "unit", "lo", "hi", "step", "counts"] as const;
    expect(rows(await moment.histograms({}, ALL), ...histogram)).toEqual([
      ["a", 2, "norm", null, -1, 1, 4, [1, 0, 2]],
      ["a", 2, "output", 7, 0, 3, 5, []],
    ]);
    expect(rows(await moment.histograms({ probes: ["hist*"], stats: ["out*"] }, ALL), "site")).toEqual([["output"]]);
    expect(rows(await moment.histograms({ probes: ["loss"] }, ALL), "site")).toEqual([]);

    const columns = ["runId", "step", "at", "level", "name", "message", "data"] as const;
    expect(rows(await moment.events({ probes: ["none such"], layers: [1] }, ALL), ...columns)).toEqual([
      ["a", 1, 1700000000123, "info", "note", "m", { a: [1, null] }],
      ["a", 2, 0, "info", "other", "m", null],
    ]);
    expect(rows(await moment.events({ runs: ["b"] }, ALL), "step")).toEqual([]);
  });
});

it("sees one moment, whatever is written meanwhile", async () => {
  const { store, ask } = await aStore({ a: [aReading(0)] });
  await ask(async (moment) => {
    expect(await moment.lastRow("readings")).toBe(0);
    await store.append("a", [aReading(1)]);
    await store.flush();
    expect(await moment.lastRow("readings")).toBe(0);
    expect(rows(await moment.readings({}, ALL), "step")).toEqual([[0]]);
  });
  expect(await ask((moment) => moment.lastRow("readings"))).toBe(1);
});
