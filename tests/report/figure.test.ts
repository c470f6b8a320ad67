import type { FigureData } from "../../src/paper/figure.ts";
import { describe, expect, it } from "vitest";
import { drawFigure, figureSvg } from "../../src/report/figure.ts";
import { aFigure, aRow, paperReport } from "../fixtures/report.ts";
import { group, groups, illFormed, inverse, pieces, values } from "../fixtures/svg.ts";

const REPORT = { scale: "quick", store: "a b.duckdb" };
const panelOf = (input: FigureData, i = 0) => drawFigure(input).panels[i]!.svg;

function expectPoints(drawn: [number, number][], expected: [number, number][], tolerance: number): void {
  expect(drawn.length).toBe(expected.length);
  drawn.forEach(([x, y], i) => {
    expect(Math.abs(x / expected[i]![0] - 1), `x of ${i}`).toBeLessThan(tolerance);
    expect(Math.abs(y / expected[i]![1] - 1), `y of ${i}`).toBeLessThan(tolerance);
  });
}

describe("lines", () => {
  const points: [number, number][] = [[1000, 10], [4000, 42.5], [9000, 80], [15_000, 97]]; // prettier-ignore

  it("pass through their values, read by the axes", () => {
    const rows = points.map(([x, y]) => aRow({ x, y, low: y - 5, high: y + 2 }));
    const svg = panelOf(aFigure({}, { rows }));
    expectPoints(values(svg, "standard, ours").flat(), points, 0.01);
    const corners = values(svg, "standard, ours, range").flat();
    const around = [
      ...points.map(([x, y]): [number, number] => [x, y + 2]),
      ...points.map(([x, y]): [number, number] => [x, y - 5]).reverse(),
    ];
    expectPoints(corners, around, 0.02);
  });

  it("do so on logarithmic axes", () => {
    const far: [number, number][] = [[1e-8, 3e-3], [1e-7, 4.5e3], [3e-5, 6e14]]; // prettier-ignore
    const input = aFigure(
      { x: { label: "η", log: true }, y: { label: "difference", log: true } },
      { rows: far.map(([x, y]) => aRow({ x, y })) },
    );
    const drawn = values(panelOf(input), "standard, ours", { x: true, y: true }).flat();
    expectPoints(
      drawn.map(([x, y]) => [Math.log(x), Math.log(y)]),
      far.map(([x, y]) => [Math.log(x), Math.log(y)]),
      0.01,
    );
  });

  it("are dashed for the paper, in the hue of ours", () => {
    const rows = ["ours", "paper"].flatMap((source) =>
      points.map(([x, y]) => aRow({ source, x, y, arm: "batchNorm" })),
    );
    const svg = panelOf(aFigure({}, { rows }));
    const [ours, paper] = [group(svg, "batchNorm, ours"), group(svg, "batchNorm, paper")];
    expect(ours).not.toContain("stroke-dasharray");
    expect(paper).toContain('stroke-dasharray="5 3"');
    for (const line of [ours, paper]) expect(line).toContain('stroke="var(--arm-1)"');
  });

  it("stop where a value is not finite, and say so", () => {
    const ys = [1, 2, NaN, 4, Infinity, 6, 7];
    const drawing = drawFigure(aFigure({}, { rows: ys.map((y, x) => aRow({ x, y })) }));
    expect(pieces(group(drawing.panels[0]!.svg, "standard, ours")).map((piece) => piece.length)).toEqual([2, 1, 2]);
    expect(drawing.notes).toEqual(["2 points left out: not finite."]);
  });

  it("leave out what a logarithmic axis cannot show, and say so", () => {
    const rows = [5, 0, 50, -1, 500, null].map((y, x) => aRow({ x, y }));
    const drawing = drawFigure(aFigure({ y: { label: "loss", log: true } }, { rows }));
    const drawn = values(drawing.panels[0]!.svg, "standard, ours", { y: true });
    expect(drawn.map((piece) => piece.map(([x]) => Math.round(x)))).toEqual([[0], [2], [4]]);
    expect(drawing.notes).toEqual(["2 points left out: not above zero, on a logarithmic axis."]);
  });

  it("keep every spike when they are long, in a small file", () => {
    const rows = Array.from({ length: 15_000 }, (_, x) =>
      aRow({ x, y: x === 7777 ? 900 : x === 3333 ? -700 : Math.sin(x) }),
    );
    const svg = panelOf(aFigure({}, { rows }));
    const drawn = values(svg, "standard, ours").flat();
    expect(Math.max(...drawn.map(([, y]) => y))).toBeCloseTo(900, -1);
    expect(Math.min(...drawn.map(([, y]) => y))).toBeCloseTo(-700, -1);
    expect(drawn.length).toBeLessThan(900);
    expect(svg.length).toBeLessThan(20_000);
  });

  it("share a scale between panels unless one of them would be flat", () => {
    const rows = (high: number) =>
      ["a", "b"].flatMap((panel, i) => [0, 1].map((x) => aRow({ panel, x, y: x * (i === 0 ? 10 : high) })));
    const tops = (high: number) => {
      const { panels } = drawFigure(aFigure({}, { rows: rows(high) }));
      return panels.map(({ svg }) => inverse(svg, "y")(30));
    };
    expect(tops(8)[0]).toBeCloseTo(tops(8)[1]!, 5);
    expect(tops(1000)[0]).toBeLessThan(20);
    expect(tops(1000)[1]).toBeGreaterThan(900);
  });
});

describe("rules", () => {
  it("lie at their heights under one name per height, in their panels", () => {
    const rows = ["a", "b"].flatMap((panel) => [0, 1].map((x) => aRow({ panel, x, y: 10 + 20 * x })));
    const rules = [
      { label: "1/η_min", panel: "", value: 20 },
      { label: "2/lr", panel: "", value: 20 },
      { label: "only b", panel: "b", value: 35 },
      { label: "nowhere", panel: "", value: NaN },
    ];
    const [a, b] = drawFigure(aFigure({}, { rows, rules })).panels.map(({ svg }) => svg);
    for (const svg of [a!, b!]) {
      const pixel = Number(/y1="([\d.]+)"/.exec(group(svg, "rule 1/η_min = 2/lr = 20"))![1]);
      expect(inverse(svg, "y")(pixel)).toBeCloseTo(20, 0);
      expect(svg).not.toContain("nowhere");
    }
    expect(groups(a!, "rule only b = 35")).toEqual([]);
    expect(inverse(b!, "y")(Number(/y1="([\d.]+)"/.exec(group(b!, "rule only b = 35"))![1]))).toBeCloseTo(35, 0);
  });
});

describe("bands", () => {
  it("fill what lies between low and high; the paper's are dashed outlines", () => {
    const rows = ["ours", "paper"].flatMap((source) =>
      [1, 2, 3].map((x) => aRow({ source, x, y: null, low: 10 * x, high: 1000 * x })),
    );
    const svg = panelOf(aFigure({ kind: "band", y: { label: "loss", log: true } }, { rows }));
    const drawn = values(svg, "standard, ours, band", { y: true }).flat();
    expectPoints(drawn, [[1, 1000], [2, 2000], [3, 3000], [3, 30], [2, 20], [1, 10]], 0.03); // prettier-ignore
    expect(groups(svg, "standard, paper, band")).toEqual([]);
    expectPoints(values(svg, "standard, paper, high", { y: true }).flat(), [[1, 1000], [2, 2000], [3, 3000]], 0.03); // prettier-ignore
    expect(group(svg, "standard, paper, low")).toContain("stroke-dasharray");
  });
});

describe("ridges", () => {
  it("stack densities over steps, the first at the back", () => {
    const rows = [
      { panel: "", arm: "standard", step: 0n, lo: -1, hi: 1, counts: [0, 10, 0, 0] },
      { panel: "", arm: "standard", step: 100n, lo: -1, hi: 1, counts: { items: [0, 0, 0, 5] } },
      { panel: "", arm: "standard", step: 200n, lo: NaN, hi: 1, counts: [1] },
    ];
    const drawing = drawFigure(aFigure({ kind: "ridge" }, { rows }));
    const svg = drawing.panels[0]!.svg;
    const x = inverse(svg, "x");
    const [first, last] = ["standard, step 0", "standard, step 100"].map((name) => pieces(group(svg, name)).flat());
    const peak = (points: [number, number][]) => points.reduce((best, point) => (point[1] < best[1] ? point : best));
    expect(x(peak(first!)[0])).toBeCloseTo(-0.25, 1);
    expect(x(peak(last!)[0])).toBeCloseTo(0.75, 1);
    const heights = [first!, last!].map((points) => Math.max(...points.map(([, y]) => y)) - peak(points)[1]);
    expect(heights[0]).toBeCloseTo(heights[1]!, 0);
    expect(Math.max(...first!.map(([, y]) => y))).toBeLessThan(Math.max(...last!.map(([, y]) => y)));
    expect(svg.indexOf("standard, step 0")).toBeLessThan(svg.indexOf("standard, step 100"));
    expect(drawing.notes).toEqual(["1 histogram left out: without width, or not finite."]);
  });
});

describe("profiles", () => {
  it("colour steps from blue to red and set the paper's apart", () => {
    const rows = ["ours", "paper"].flatMap((source) =>
      ["0", "100", "200"].flatMap((line) => [1, 2].map((x) => aRow({ source, line, x, y: x * (Number(line) + 1) }))),
    );
    const { panels } = drawFigure(aFigure({ kind: "profiles" }, { rows }));
    expect(panels.map(({ title }) => title)).toEqual(["", "the paper"]);
    const colour = (line: string) =>
      /stroke="rgb\((\d+),\d+,(\d+)\)"/.exec(group(panels[0]!.svg, `standard, ${line}, ours`))!;
    expect(Number(colour("0")[2])).toBeGreaterThan(Number(colour("0")[1]));
    expect(Number(colour("200")[1])).toBeGreaterThan(Number(colour("200")[2]));
    expect(inverse(panels[0]!.svg, "y")(50)).toBe(inverse(panels[1]!.svg, "y")(50));
  });
});

describe("a figure as a file", () => {
  it("is well-formed, with every colour written out, whatever its kind", () => {
    for (const input of paperReport().figures) {
      const svg = figureSvg(input, REPORT);
      expect(illFormed(svg), input.figure.id).toBeUndefined();
      expect(svg).not.toContain("var(");
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    }
  });

  it("escapes names", () => {
    const arm = "<b>&\"\u0000bold'";
    const svg = figureSvg(aFigure({ title: "a < b & c" }, { rows: [aRow({ arm }), aRow({ arm, x: 1 })] }), REPORT);
    expect(illFormed(svg)).toBeUndefined();
    expect(svg).toContain("&lt;b&gt;&amp;&quot;\\u0000bold&#39;</text>");
    expect(svg).not.toContain("<b>");
  });

  it("says what to run when it is empty", () => {
    const svg = figureSvg(aFigure({ id: "10b", experiment: "deep-linear" }), REPORT);
    expect(svg).toContain("npx gradstream reproduce --only 10 --scale quick --store &#39;a b.duckdb&#39;");
  });
});

describe("order", () => {
  it("of panels is by the numbers in their names, of arms the paper's", () => {
    const rows = ["layer 13", "layer 2", "layer 9"].flatMap((panel) =>
      ["l2Norm", "mine", "batchNorm", "standard"].flatMap((arm) => [0, 1].map((x) => aRow({ panel, arm, x }))),
    );
    const { panels, keys } = drawFigure(aFigure({}, { rows }));
    expect(panels.map(({ title }) => title)).toEqual(["layer 2", "layer 9", "layer 13"]);
    expect(keys.map(({ label }) => label)).toEqual(["standard", "batchNorm", "l2Norm", "mine"]);
  });

  it("of rates is by value, of equal beginnings by what follows", () => {
    const rows = ["lr 0.1, layer 10", "lr 1e-7", "lr 0.1, layer 5", "lr 0.01", "lr 0.1"].map((panel) =>
      aRow({ panel }),
    );
    expect(drawFigure(aFigure({}, { rows })).panels.map(({ title }) => title)).toEqual([
      "lr 10⁻⁷",
      "lr 0.01",
      "lr 0.1",
      "lr 0.1, layer 5",
      "lr 0.1, layer 10",
    ]);
  });

  it("of lines in colour is each source's own", () => {
    const rows = (["ours", "paper"] as const).flatMap((source) =>
      [0, 1].flatMap((line) =>
        [1, 2].map((x) => aRow({ source, line: String(line * (source === "ours" ? 100 : 9000)), x })),
      ),
    );
    const { panels } = drawFigure(aFigure({ kind: "profiles" }, { rows }));
    const [red, blue] = ["rgb(222,56,48)", "rgb(38,112,226)"];
    for (const { svg } of panels) expect([svg.includes(red), svg.includes(blue)]).toEqual([true, true]);
    expect(panels.length).toBe(2);
  });
});
