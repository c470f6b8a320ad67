import { describe, expect, it } from "vitest";
import { Cells, type Line } from "../../src/pages/parts/content.ts";
import { curveLines, edgeLines } from "../../src/pages/parts/curve-lines.ts";
import { drawnLines } from "../../src/pages/parts/drawn.ts";
import { extentOf, extentOfMost, spanOf } from "../../src/pages/parts/extent.ts";
import { addColumns } from "../../src/pages/parts/histogram-column.ts";
import { endsOf, layerHeat } from "../../src/pages/parts/layer-heat.ts";
import { pointsOf } from "../../src/pages/parts/points.ts";
import { profileLines } from "../../src/pages/parts/profile-lines.ts";
import { select } from "../../src/pages/parts/selection.ts";
import { aSeries, aState } from "../fixtures/page.ts";

const selection = select(
  ["a", "b"].flatMap((arm) => [0, 1].map((seed) => aState({ runId: `${arm}${seed}`, arm, seed }))),
  { get: () => undefined, list: () => [] },
);
const columns = ({ y, low, high, length }: Line) => [y, low, high].map((one) => one && [...one.subarray(0, length)]);

describe("series as lines", () => {
  const both = [aSeries("a0", [1, 2]), aSeries("a1", [3, 6])];

  it("of several seeds are a band and its mean", () => {
    const lines = curveLines(both, { selection });
    expect(lines.map(({ kind, curve }) => [kind, curve.name])).toEqual([["band", "a"], ["line", "a"]]); // prettier-ignore
    expect(columns(lines[1]!)).toEqual([[2, 4], [1, 2], [3, 6]]); // prettier-ignore
  });

  it("of single seeds are a line each, smoothed ones with the readings behind", () => {
    const lines = curveLines(both, { selection, seeds: "single", span: 5 });
    expect(lines.map(({ kind, runId }) => [kind, runId])).toEqual([
      ["raw", "a0"], ["raw", "a1"], ["line", "a0"], ["line", "a1"],
    ]); // prettier-ignore
  });

  it("end in a cross where their run diverged, at its last value that is finite", () => {
    const runs = (["completed", "diverged"] as const).map((status, seed) => aState({ runId: `a${seed}`, arm: "a", seed, status })); // prettier-ignore
    const choice = select(runs, { get: () => undefined, list: () => [] });
    const series = [aSeries("a0", [1, 2, 3, 4]), aSeries("a1", [3, 6, NaN])];
    for (const seeds of ["band", "single"] as const) {
      const crosses = curveLines(series, { selection: choice, seeds }).filter(({ kind }) => kind === "cross");
      expect(drawnLines("loss", { lines: crosses })).toMatchObject([{ runId: "a1", steps: [1], values: [6] }]);
    }
    const smoothed = curveLines(series, { selection: choice, span: 5 });
    const [cross, line] = ["cross", "line"].map((kind) => smoothed.findLast((one) => one.kind === kind)!);
    expect([cross!.runId, line!.kind]).toEqual(["a1", "line"]);
    expect(cross!.y![0]).toBeGreaterThan(3);
    expect(curveLines(series, { selection: choice, dots: true }).map(({ kind }) => kind)).toEqual(["dots"]);
    const nothing = curveLines([aSeries("a1", [NaN])], { selection: choice });
    expect(nothing.map(({ kind }) => kind)).not.toContain("cross");
  });

  it("between two edges are a band with its edges", () => {
    const of = (stat: string, by: number) =>
      both.map((one) => ({ ...one, stat, last: one.last.map((value) => value * by) }));
    const lines = edgeLines(of("loss_min", 1), of("loss_max", 10), { selection });
    expect(lines.map(({ kind, stat }) => [kind, stat])).toEqual([["band", "loss_min"], ["line", "loss_min"], ["line", "loss_max"]]); // prettier-ignore
    expect(columns(lines[2]!)).toEqual([[20, 40], [2, 4], [20, 40]]); // prettier-ignore
  });

  it("over distances are of one step", () => {
    const at = [0.1, 0.2].map((distance, i) => aSeries("a0", [i, i + 10], { distance }));
    const [line] = profileLines(at, { selection }, 1);
    expect([[...line!.x], columns(line!)[0]]).toEqual([[0.1, 0.2], [10, 11]]); // prettier-ignore
    expect(profileLines(at, { selection }, 7)).toEqual([]);
  });

  it("are made anew only when they change", () => {
    const wide = aSeries("a0", [1, 2], { width: 2 });
    expect(pointsOf(wide)).toBe(pointsOf(wide));
    const before = pointsOf(wide);
    Object.assign(wide, { version: 1 });
    expect(pointsOf(wide)).not.toBe(before);
  });

  it("are told as they are drawn, without what is not finite", () => {
    const lines = curveLines([aSeries("b1", [1, NaN, 3])], { selection });
    expect(drawnLines("loss", { lines })).toMatchObject([{ arm: "b", runId: "b1", steps: [0, 2], values: [1, 3] }]);
  });

  it("span what is between two steps, and all of it", () => {
    const content = { lines: curveLines([aSeries("b1", [9, 1, 2, 3, 50])], { selection }) };
    expect(spanOf(content)).toEqual([0, 4]);
    expect(extentOf(content, [2, 3], false)).toEqual([1, 3]);
    expect(extentOf({ ...content, rules: [{ label: "", value: 99 }] }, [2, 3], false)).toEqual([1, 99]);
    expect(extentOf({ ...content, rules: [{ label: "", value: 99, inRange: false }] }, [2, 3], true)).toEqual([1, 3]);
  });

  it("take the axis that most of them want where a run among them diverged", () => {
    const falling = Array.from({ length: 60 }, (_, i) => 3 - i / 30);
    const states = ["completed", "diverged"].map((status, seed) => aState({ runId: `a${seed}`, arm: "a", seed, status: status as "completed" })); // prettier-ignore
    const both = [aSeries("a0", falling), aSeries("a1", [3, 3.5, 1e20])];
    const ofRuns = (runs: typeof states) => ({
      lines: curveLines(both, { selection: select(runs, { get: () => undefined, list: () => [] }), seeds: "single" }),
      rules: [{ label: "", value: 0.5 }],
    });
    const most = (content: ReturnType<typeof ofRuns>, from = 0) => extentOfMost(content, [from, 59], extentOf(content, [from, 59], false)); // prettier-ignore
    expect(most(ofRuns(states))).toEqual([0.5, 3.5]);
    expect(most(ofRuns(states.map((run) => ({ ...run, status: "completed" }))))).toEqual([0.5, 1e20]);
    expect(most(ofRuns(states), 10)).toEqual([0.5, 3 - 9 / 30]);
  });
});

describe("heat maps", () => {
  it("have a row per layer, shaded between common ends", () => {
    const series = [3, 1].map((layer) => aSeries("a0", [layer, layer * 10], { layer }));
    const ends = endsOf(series.map(({ last: y, length }) => ({ y, length })), true); // prettier-ignore
    expect(ends).toEqual([1, 30]);
    const { cells, names, describe: told } = layerHeat(series, { log: true, ends });
    expect(names).toEqual([1, 3]);
    expect([...cells!.y0]).toEqual([0.5, 0.5, 1.5, 1.5]);
    expect([cells!.share[0], cells!.share[3]]).toEqual([0, 1]);
    expect(told!(0)).toBe("least in layer 1: 1, largest in layer 3: 3");
  });

  it("of histograms have a column from one record to the next", () => {
    const records = [0, 10].map((step) => ({ step, lo: -1, hi: 1, counts: [4, 0, 1, 0] }));
    const cells = new Cells(8, { place: 2 });
    addColumns(cells, records, Infinity);
    expect(cells.length).toBe(4);
    expect([...cells.x1.subarray(0, 4)]).toEqual([10, 10, 20, 20]);
    expect([...cells.y0.subarray(0, 2), ...cells.share.subarray(0, 2)]).toEqual([-1, 0, 1, 0.5]);
  });

  it("end with the steps that their runs have made, however sparse their records", () => {
    const records = [0, 100].map((step) => ({ step, lo: -1, hi: 1, counts: [4, 0, 1, 0] }));
    const cells = new Cells(8, { place: 2 });
    addColumns(cells, records, 120);
    expect([...cells.x1.subarray(0, 4)]).toEqual([100, 100, 120, 120]);
    const series = [aSeries("a0", [1, 2], { layer: 1, lastStep: Float64Array.of(0, 100), start: Float64Array.of(0, 100) })]; // prettier-ignore
    const heat = layerHeat(series, { log: false, ends: [1, 2], until: 120 });
    expect([...heat.cells!.x1.subarray(0, 2)]).toEqual([100, 120]);
  });
});
