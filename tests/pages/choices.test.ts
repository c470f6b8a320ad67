import { describe, expect, it } from "vitest";
import { entriesOf } from "../../src/pages/parts/catalogue.ts";
import { keyed } from "../../src/pages/parts/chart-keys.ts";
import { csvOf } from "../../src/pages/parts/csv.ts";
import { aboutOf, announcement, lostText, stageOf, stageText } from "../../src/pages/parts/frame-text.ts";
import { stepsDone } from "../../src/view/steps-done.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { guessed, quickLines } from "../../src/pages/parts/quick-chart-data.ts";
import type { RunState } from "../../src/feed/client/index.ts";
import { offeredColumns } from "../../src/pages/parts/run-columns.ts";
import type { Latest, Summary } from "../../src/pages/parts/run-facts.ts";
import { runsFilter, select, varyingKeys } from "../../src/pages/parts/selection.ts";
import { seedsInWords, sourceOf } from "../../src/pages/parts/source-of.ts";
import { stepsWithin, widestOf, X_AXES, xAxis } from "../../src/pages/parts/x-axes.ts";
import { aState } from "../fixtures/page.ts";

const url = (query = "") => {
  const params = new URLSearchParams(query);
  return { get: (key: string) => params.get(key) ?? undefined, list: (key: string) => params.getAll(key) };
};

const usualColumns = (runs: readonly RunState[], varying: string[]) =>
  offeredColumns(runs, varying).flatMap(({ column, isUsual }) => (isUsual ? [column] : []));

const { arms: ARMS } = SANTURKAR_2018;

describe("the runs shown", () => {
  const all = [
    aState({ runId: "new", arm: "batchNorm", startedAt: 9 }),
    aState({ runId: "twin", arm: "standard", startedAt: 8 }),
    aState({ runId: "old", arm: "standard", startedAt: 7 }),
    aState({ runId: "long", arm: "standard", steps: 900, startedAt: 6 }),
    aState({ runId: "other", experiment: "deep-linear", startedAt: 5 }),
  ];

  it("are the newest of the newest settings, arms in the paper's order", () => {
    const { runs, curves, experiments } = select(all, url(), ARMS);
    expect(runs.map(({ runId }) => runId)).toEqual(["twin", "new"]);
    expect(curves.map(({ name, place }) => [name, place])).toEqual([["standard", 0], ["batchNorm", 1]]); // prettier-ignore
    expect(experiments).toEqual(["landscape", "deep-linear"]);
  });

  it("are those of the address, named by what they differ in", () => {
    const { curves, visible } = select(all, url("runs=old&runs=long&hide=standard, steps 900"), ARMS);
    expect(curves.map(({ name, dash }) => [name, dash])).toEqual([["standard, steps 100", 0], ["standard, steps 900", 3]]); // prettier-ignore
    expect(visible.map(({ runId }) => runId)).toEqual(["old"]);
    expect(varyingKeys(all)).toEqual(["steps"]);
  });

  it("are the newest where those of the address are no longer there", () => {
    for (const query of ["runs=gone", "experiment=renamed", "experiment=renamed&runs=gone"]) {
      const { runs, experiment } = select(all, url(query), ARMS);
      expect([experiment, ...runs.map(({ runId }) => runId)], query).toEqual(["landscape", "twin", "new"]);
    }
    expect(select(all, url("experiment=deep-linear"), ARMS).runs.map(({ runId }) => runId)).toEqual(["other"]);
    expect(select(all, url("runs=gone&runs=old"), ARMS).runs.map(({ runId }) => runId)).toEqual(["old"]);
  });

  it("are no seeds of one curve where they are on other data or another backend", () => {
    const three = [
      all[0]!,
      { ...all[0]!, runId: "b", dataset: "cifar10" },
      { ...all[0]!, runId: "c", backend: "wasm" },
    ];
    const { curves } = select(three, url("runs=new&runs=b&runs=c"), ARMS);
    const { dataset, backend } = all[0]!;
    expect(curves.map(({ name }) => name)).toEqual([
      `batchNorm, ${dataset}, ${backend}`,
      `batchNorm, cifar10, ${backend}`,
      `batchNorm, ${dataset}, wasm`,
    ]);
  });

  it("are asked for by name, very many by their experiment", () => {
    expect(runsFilter({ runs: all.slice(0, 2) })).toEqual({ runs: ["new", "twin"] });
    expect(runsFilter({ runs: Array.from({ length: 201 }, () => all[0]!) })).toEqual({ experiments: ["landscape"] });
  });

  it("are told in words", () => {
    const selection = select(all, url(), ARMS);
    const connection = { state: "live", epoch: "a", store: "/data/a.duckdb", controls: false, keeps: false } as const;
    const shown = { selection, seeds: "band", span: 25, connection } as const;
    expect(sourceOf(shown)).toBe("gradstream: landscape, 2 runs, seed 0; shapes10; store /data/a.duckdb");
    const other = { ...selection, visible: [all[4]!] };
    expect(sourceOf({ ...shown, selection: other })).toContain("gradstream: deep-linear, 1 run, ");
    const many = Array.from({ length: 20 }, (_, seed) => aState({ runId: String(seed), seed }));
    const smoothed = { kind: "raw", curve: { name: "a", arm: "a", place: 0, dash: 0, runs: many }, stat: "loss", x: new Float64Array(), length: 0 } as const; // prettier-ignore
    expect(
      sourceOf(
        { ...shown, selection: { ...selection, visible: many } },
        { lines: [smoothed, { ...smoothed, kind: "band" }] },
      ),
    ).toBe(
      "gradstream: landscape, 20 runs, seeds 0 to 19; shapes10; means over seeds with their range; running means over 25 steps; store /data/a.duckdb",
    );
    expect([seedsInWords([3]), seedsInWords([0, 2, 5]), seedsInWords([0, 1])]).toEqual(["seed 3", "seeds 0, 2 and 5", "seeds 0 and 1"]); // prettier-ignore
    expect(aboutOf(selection)).toBe("landscape · vgg · shapes10 · cpu");
    expect(stageOf(selection)).toBe("ended");
    expect(stageOf({ runs: [aState()], underWay: true, started: false })).toBe("waiting");
    expect(stageText("ended", selection)).toBe("finished");
    expect(stageText("ended", { runs: [aState({ status: "diverged" })] })).toBe("finished, 1 run diverged");
    expect(stageText("running", { runs: [aState({ status: "running" }), aState()] })).toBe("live, 1 of 2 runs going");
    expect(announcement("ended", selection, { state: "connecting" })).toContain("batchNorm, seed 0: completed");
    const lost = { state: "disconnected", retryAt: 3000, code: 1006, reason: "gone" } as const;
    expect(lostText("running", lost, undefined, 1000)).toMatch(/^Connection lost \(gone\).*Trying again in 2 s\.$/);
  });

  it("are without those hidden, in whose place no older ones come", () => {
    const of = (query: string, hidden: readonly string[]) => {
      const { runs, away } = select(all, url(query), ARMS, new Set(hidden));
      return [runs, away].map((list) => list.map(({ runId }) => runId));
    };
    expect(of("", ["twin"])).toEqual([["new"], ["twin"]]);
    expect(of("runs=old&runs=long", ["old", "twin"])).toEqual([["long"], ["old"]]);
    expect(of("list=all", ["old"])).toEqual([["twin", "new"], ["old"]]);
    const everything = all.map(({ runId }) => runId);
    expect(of("", everything)).toEqual([[], ["new", "twin"]]);
  });

  it("are rows of text", () => {
    const cellsOf = (run: RunState, varying: string[], summary: Summary | undefined, latest: Latest): string[] =>
      usualColumns([run], varying).map(({ textOf }) => textOf({ run, summary, latest }));
    const run = aState({ status: "running", endedAt: null, step: 49, stepsPerSecond: 2.5 });
    expect(cellsOf(run, [], undefined, { loss: 0.5 })).toEqual([
      "standard",
      "0",
      "running",
      "50 / 100",
      "2.5",
      "20 s left",
      "now 0.5",
      "–",
      "–",
    ]);
    expect(cellsOf(aState({ status: "diverged", step: 7 }), ["steps"], undefined, {}).slice(2, 7)).toEqual([
      "100",
      "diverged at step 7",
      "7 / 100",
      "–",
      "took 1 min",
    ]);
    expect(usualColumns([], ["size"]).length).toBe(10);
    expect(stepsDone(aState({ status: "completed", step: 99 }))).toBe(100);
    expect(cellsOf(aState({ status: "completed", step: 9 }), [], undefined, {})).toContain("10 / 100");
  });
});

describe("axes of steps", () => {
  it("count samples, epochs and time where the settings say", () => {
    const run = aState({ hyper: { size: 64, images: 640 } });
    const at = (name: string) => xAxis(name).of(run, new Map())?.(10);
    expect([at("step"), at("samples"), at("epoch"), at("time")]).toEqual([10, 640, 1, undefined]);
    expect(xAxis("samples").of(aState(), new Map())).toBeUndefined();
    expect(X_AXES.map(([name]) => name)).toEqual(["step", "samples", "epoch", "time"]);
    expect(xAxis("epoch").wants).toBe("a setting size or batchSize or examples, and a setting images or examples");
  });

  it("have a part of theirs for some steps, the widest over runs, and give the steps back", () => {
    const runs = [64, 128].map((size) => ({ toX: (step: number) => step * size, steps: 1000 }));
    expect(widestOf(runs.slice(0, 1), [10, 20])).toEqual([640, 1280]);
    expect(widestOf(runs, [10, 20])).toEqual([640, 2560]);
    expect(stepsWithin(runs.slice(0, 1), [640, 1280])).toEqual([10, 20]);
    expect(stepsWithin(runs, [640, 1280])).toEqual([5, 20]);
    expect([widestOf([], [0, 1]), stepsWithin([], [0, 1])]).toEqual([undefined, undefined]);
  });

  it("are moved by keys", () => {
    expect(keyed("ArrowRight", [0, 100], 10)).toEqual({ point: 12 });
    expect(keyed("End", [0, 100], 10)).toEqual({ point: 100 });
    expect(keyed("+", [0, 100], 10)).toEqual({ zoom: [0, 35] });
    expect(keyed("Escape", [0, 100], 10)).toEqual({ zoom: [] });
    expect(keyed("x", [0, 100], 10)).toBeUndefined();
  });
});

describe("what there is to choose", () => {
  it("is listed by stat, its places from the input on, without costs", () => {
    const of = (probe: string, stat: string, layer: number | null = null) => ({ probe, stat, layer, distance: null });
    const entries = entriesOf([of("norms", "l2", 3), of("loss", "loss"), of("norms", "l2", 1), of("cost/ics", "ms")]);
    expect([...entries].map(([name, places]) => [name, [...places.keys()]])).toEqual([
      ["loss / loss", ["whole network"]],
      ["norms / l2", ["layer 1", "layer 3"]],
    ]);
  });
});

describe("a result of SQL", () => {
  const columns = [{ name: "arm", type: "VARCHAR" }, { name: "loss", type: "DOUBLE" }, { name: "step", type: "INTEGER" }]; // prettier-ignore
  const rows = [["b", 3, 1], ["a", 2, 0], ["b", null, 0], ["a", NaN, 1]]; // prettier-ignore

  it("is drawn over steps, a line per arm", () => {
    expect(guessed({ columns })).toEqual(["step", "loss", "arm"]);
    const lines = quickLines({ columns, rows }, ["step", "loss", "arm"]);
    expect(lines.map(({ curve, x, y }) => [curve.name, [...x], [...y!]])).toEqual([
      ["b", [0, 1], [NaN, 3]],
      ["a", [0, 1], [2, NaN]],
    ]);
  });

  it("is CSV that no spreadsheet runs", () => {
    const text = csvOf({ columns: columns.slice(0, 2), rows: [["=1+1", null], ['a "b"', [1, 2]]] }); // prettier-ignore
    expect(text).toBe('arm,loss\r\n\'=1+1,\r\n"a ""b""","[1,2]"\r\n');
  });
});
