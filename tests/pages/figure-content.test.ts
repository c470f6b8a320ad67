import { describe, expect, it } from "vitest";
import { panelContents } from "../../src/pages/parts/figure-content.ts";
import { figureView } from "../../src/view/figure.ts";
import { stepColour } from "../../src/view/palette.ts";
import { aFigure, aRow } from "../fixtures/report.ts";

describe("a figure as charts", () => {
  it("has the panels, axes, rules and lines of the figure's view", () => {
    const rows = ["ours", "paper"].flatMap((source) =>
      [0, 1].map((x) => aRow({ source, x, panel: "layer 2", y: 1 + x })),
    );
    const input = aFigure({}, { rows, rules: [{ label: "1/lr", panel: "", value: 1.5 }] });
    const { contents } = panelContents(input);
    const [panel] = figureView(input).panels;
    expect(contents.map(({ title, points, xLabel }) => [title, points, xLabel])).toEqual([["layer 2", 4, "step"]]);
    const { lines, rules, axes } = contents[0]!.content;
    expect([rules, axes]).toEqual([panel!.rules, { x: panel!.x, y: panel!.y }]);
    expect(lines!.map(({ curve, stat }) => [curve.name, curve.place, stat])).toEqual([
      ["standard", 0, "ours"],
      ["standard, the paper’s", 0, "paper"],
    ]);
    expect(lines!.map(({ x }) => [...x])).toEqual(panel!.lines.map(({ x }) => [...x]));
  });

  it("keeps the object of a curve from one drawing to the next", () => {
    const input = aFigure({}, { rows: [0, 1].map((x) => aRow({ x })) });
    const curveOf = () => panelContents(input).contents[0]!.content.lines![0]!.curve;
    expect(curveOf()).toBe(curveOf());
  });

  it("colours profiles by their step", () => {
    const rows = ["0", "100"].flatMap((line) => [1, 2].map((x) => aRow({ line, x })));
    const { contents } = panelContents(aFigure({ kind: "profiles" }, { rows }));
    const lines = contents[0]!.content.lines!;
    expect(lines.map(({ colour, stat }) => [colour, stat])).toEqual([
      [stepColour(0), "ours 0"],
      [stepColour(1), "ours 100"],
    ]);
    expect(lines[0]!.curve.steps).toBe(true);
  });

  it("has a heat map for ridges, a column a step", () => {
    const ridge = { panel: "", arm: "batchNorm", lo: -1, hi: 1 };
    const rows = [
      { ...ridge, step: 0, counts: [1, 3] },
      { ...ridge, step: 10, counts: [4, 0] },
    ];
    const { contents } = panelContents(aFigure({ kind: "ridge" }, { rows }));
    const { cells, describe: said } = contents[0]!.content;
    expect(cells!.of.place).toBe(1);
    const all = Array.from({ length: cells!.length }, (_, i) => [
      cells!.x0[i],
      cells!.x1[i],
      cells!.y0[i],
      cells!.value[i],
    ]);
    expect(all).toContainEqual([0, 10, 0, 3]);
    expect(said!(undefined)).toBe("2 histograms");
  });
});
