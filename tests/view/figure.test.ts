import { describe, expect, it } from "vitest";
import { figureView } from "../../src/view/figure.ts";
import { panelsInOrder } from "../../src/view/figure-rows.ts";
import { lineStyle } from "../../src/view/line-style.ts";
import { mergedRules } from "../../src/view/rules.ts";
import { stretchOf } from "../../src/view/stretching.ts";
import { wrapped } from "../../src/view/text.ts";
import { aFigure, aRow } from "../fixtures/report.ts";

describe("a short run", () => {
  it("is stretched over the paper's steps when it is half as long or less", () => {
    expect(stretchOf("step", 7500, 15_000)).toEqual({
      factor: 2,
      label: "step (ours: 7,500 drawn over the paper's 15,000)",
    });
    expect(stretchOf("step", 30_000, 15_000).factor).toBe(0.5);
    for (const [label, ours, paper] of [
      ["step", 14_900, 15_000],
      ["distance η", 1, 100],
      ["step", 0, 9],
      ["step", 9, 0],
    ] as const)
      // prettier-ignore
      expect(stretchOf(label, ours, paper)).toEqual({ factor: 1, label });
  });

  it("is stretched in its figure, and the axis says so", () => {
    const rows = [0, 50, 100]
      .map((x) => aRow({ x, y: x }))
      .concat([0, 15_000].map((x) => aRow({ x, source: "paper" })));
    const [panel] = figureView(aFigure({}, { rows })).panels;
    expect([...panel!.lines.find(({ source }) => source === "ours")!.x]).toEqual([0, 7500, 15_000]);
    expect(panel!.x).toMatchObject({ domain: [0, 15_000], label: "step (ours: 100 drawn over the paper's 15,000)" });
    expect(panel!.x.ticks).toEqual([0, 5000, 10_000, 15_000]);
  });
});

describe("a figure", () => {
  it("lists its arms, the range, and the paper", () => {
    const rows = ["batchNorm", "standard"].flatMap((arm) => [
      ...[0, 1].map((x) => aRow({ arm, x, low: 0, high: 2 })),
      ...[0, 1].map((x) => aRow({ arm, x, source: "paper" })),
    ]);
    const { keys, panels } = figureView(aFigure({}, { rows }));
    expect(keys.map(({ label, kind }) => [label, kind])).toEqual([
      ...[["standard", "line"], ["batchNorm", "line"], ["range over seeds", "area"], ["the paper", "dashed"]],
    ]); // prettier-ignore
    expect(panels[0]!.lines.map(({ arm, source, kind, part }) => [arm, source, kind, part])).toEqual([
      ["standard", "ours", "band", "range"],
      ["standard", "ours", "line", ""],
      ["standard", "paper", "line", ""],
      ["batchNorm", "ours", "band", "range"],
      ["batchNorm", "ours", "line", ""],
      ["batchNorm", "paper", "line", ""],
    ]);
  });

  it("of profiles sets the paper's apart, steps in colours of their own", () => {
    const rows = ["ours", "paper"].flatMap((source) => ["0", "100"].map((line) => aRow({ source, line, x: 1, y: 2 })));
    const { panels, keys } = figureView(aFigure({ kind: "profiles" }, { rows }));
    expect(panels.map(({ title }) => title)).toEqual(["", "the paper"]);
    expect(panels[0]!.lines.map(({ ink }) => ink)).toEqual([{ share: 0 }, { share: 1 }]);
    expect(keys.map(({ label }) => label)).toEqual(["ours: step 0 to 100", "the paper: step 0 to 100"]);
  });

  it("leaves out what an axis cannot show, and says so", () => {
    const rows = [5, 0, NaN, null].map((y, x) => aRow({ y, x }));
    const { notes } = figureView(aFigure({ y: { label: "", log: true } }, { rows }));
    expect(notes).toEqual([
      "1 point left out: not finite.",
      "1 point left out: not above zero, on a logarithmic axis.",
    ]);
  });

  it("has panels in the order of the numbers in their names", () => {
    expect(panelsInOrder(["layer 13", "layer 2", "lr 1e-7", "layer 2"])).toEqual(["layer 2", "layer 13", "lr 1e-7"]);
  });
});

describe("lines", () => {
  it("look alike wherever they are drawn", () => {
    expect(lineStyle({ kind: "line", paper: true }, [9]).dash).toEqual([5, 3]);
    expect(lineStyle({ kind: "line" }, [9])).toEqual({ width: 2, alpha: 1, dash: [9] });
    expect(lineStyle({ kind: "raw", many: true }, [9]).dash).toEqual([]);
    expect(lineStyle({ kind: "band", strong: true }).alpha).toBeGreaterThan(lineStyle({ kind: "band" }).alpha);
  });

  it("of one height share a rule", () => {
    const rules = [{ label: "a", value: 2 }, { label: "b", value: 2 + 1e-9 }, { label: "c", value: NaN }, { label: "d", value: -1 }]; // prettier-ignore
    expect(mergedRules(rules, true)).toEqual([{ label: "a = b", value: 2 }]);
  });

  it("of text break between words, or in one that is too long", () => {
    expect(wrapped("one two three", 60, 12)).toEqual(["one two", "three"]);
    expect(wrapped("incomprehensibilities", 60, 12)).toEqual(["incompr…"]);
  });
});
