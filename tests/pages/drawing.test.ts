import { describe, expect, it } from "vitest";
import { chartTicks } from "../../src/pages/parts/chart-ticks.ts";
import { Cells, type Content, type Line } from "../../src/pages/parts/content.ts";
import { indexRange, isSparse, leftOf, mapping, styleOf, type View } from "../../src/pages/parts/mapping.ts";
import { crossAt } from "../../src/pages/parts/paint-crosses.ts";
import { svgOf } from "../../src/pages/parts/svg.ts";
import { palette } from "../../src/view/palette.ts";
import { illFormed } from "../fixtures/svg.ts";

const VIEW: View = { x: [0, 100], y: [1, 1000], log: true, logX: false, width: 200, height: 90 };

/** A line through these points. */
function aLine(points: readonly (readonly [x: number, y: number])[], given: Partial<Line> = {}): Line {
  const curve = { name: "a", arm: "a", place: 1, dash: 2, runs: [] };
  const [x, y] = [0, 1].map((at) => Float64Array.from(points, (point) => point[at]!)) as [Float64Array, Float64Array];
  return { kind: "line", curve, stat: "loss", x, y, length: points.length, ...given };
}

describe("values on pixels", () => {
  it("lie at their share of the axis, on logarithmic ones by their powers", () => {
    const { toX, toY } = mapping(VIEW);
    expect([0, 25, 100].map(toX)).toEqual([0, 50, 200]);
    expect([1, 10, 100, 1000].map((value) => Math.round(toY(value)))).toEqual([90, 60, 30, 0]);
    expect(mapping({ ...VIEW, x: [1, 100], logX: true }).toX(10)).toBeCloseTo(100, 9);
    expect(leftOf(VIEW, 25)).toBe(48);
  });

  it("stay within what a canvas can hold, and crosses within the axis", () => {
    const view = { ...VIEW, log: false };
    const { toY } = mapping(view);
    expect([1e300, -1e300, Infinity, NaN].map(toY)).toEqual([-100_000, 100_000, -Infinity, NaN]);
    const cross = (x: number, y: number) => crossAt(aLine([[x, y]]), mapping(view), view);
    expect(cross(50, 1e20)).toEqual([100, 0]);
    expect(cross(50, -1e20)).toEqual([100, 90]);
    expect([cross(101, 500), cross(50, NaN)]).toEqual([undefined, undefined]);
  });

  it("are looked at as far as the view goes, a point further on either side", () => {
    const line = aLine(Array.from({ length: 21 }, (_, i) => [10 * i, 1]));
    expect(indexRange(line, { ...VIEW, x: [35, 62] })).toEqual([3, 8]);
    expect(indexRange(line, VIEW)).toEqual([0, 11]);
    // Five pixels of two a step before 80: 77.5.
    expect(indexRange(line, VIEW, 80)).toEqual([7, 11]);
  });

  it("get a dot each where they stand apart", () => {
    const { toX } = mapping(VIEW);
    expect(isSparse(aLine([[50, 1]]), toX)).toBe(true);
    expect(isSparse(aLine([[0, 1], [10, 1]]), toX)).toBe(true); // prettier-ignore
    expect(isSparse(aLine([[0, 1], [5, 1]]), toX)).toBe(false); // prettier-ignore
  });

  it("have the colour of their arm or one of their own", () => {
    const colours = palette("dark");
    expect(styleOf(aLine([]), colours)).toEqual({ colour: colours.arm(1), width: 2, alpha: 1, dash: colours.dash(2) });
    expect(styleOf(aLine([], { colour: "red", many: true }), colours)).toEqual({
      colour: "red",
      width: 1,
      alpha: 0.6,
      dash: [],
    });
  });
});

describe("ticks of a chart", () => {
  it("are those that its content asks for, otherwise as many as there is room for", () => {
    const axes = { y: { ticks: [3, 30] } };
    expect(chartTicks("y", 90, VIEW, { axes }, {})).toEqual({ values: [3, 30], labels: ["3", "30"] });
    expect(chartTicks("x", 400, VIEW, {}, {}).values).toEqual([0, 20, 40, 60, 80, 100]);
    expect(chartTicks("x", 160, VIEW, {}, {}).values).toEqual([0, 50, 100]);
    expect(chartTicks("y", 90, VIEW, {}, {}).labels).toEqual(["1", "100"]);
  });

  it("bear the labels of the panel up, not across", () => {
    const options = { formatTick: (value: number) => `layer ${value}`, tickSpace: 100 };
    const view = { ...VIEW, y: [0, 2] as const, log: false };
    expect(chartTicks("y", 200, view, {}, options).labels).toEqual(["layer 0", "layer 1", "layer 2"]);
    expect(chartTicks("x", 160, view, {}, options).labels).toEqual(["0", "50", "100"]);
  });
});

describe("a chart as SVG", () => {
  const head = {
    title: "Loss & more",
    what: "What it shows.",
    xLabel: "step",
    yLabel: "loss",
    notes: ["From <here>."],
  };
  const draw = (content: Content, view = VIEW) =>
    svgOf({ content, ticks: (side, pixels) => chartTicks(side, pixels, view, content, {}) }, view, head);

  it("is well-formed and says in words what it is", () => {
    const svg = draw({ lines: [aLine([[0, 1], [100, 1000]])] }); // prettier-ignore
    expect(illFormed(svg)).toBeUndefined();
    expect(svg).toContain("<title>Loss &amp; more</title>");
    expect(svg).toContain(">From &lt;here&gt;.</text>");
    expect(svg).toContain(">100</text>");
  });

  it("draws lines from corner to corner of 660 x 300 pixels, with gaps where there is no number", () => {
    const lines = [aLine([[0, 1], [50, 1000], [60, NaN], [80, 10], [100, 1]])]; // prettier-ignore
    const [, d] = / d="([^"]+)" fill="none" stroke="#d1500a"/.exec(draw({ lines }))!;
    expect(d).toBe("M0 300L330 0M528 200L660 300");
  });

  it("draws bands, cells, rules and a key for each curve", () => {
    const band = aLine([[0, 1], [100, 1]], { kind: "band", low: Float64Array.of(1, 1), high: Float64Array.of(10, 10) }); // prettier-ignore
    const cells = new Cells(1);
    cells.add([0, 50], [1, 10], 3, 1);
    const svg = draw({ lines: [band], cells, rules: [{ label: "1/lr", value: 100 }] });
    expect(svg).toContain('d="M0 200L660 200L660 300L0 300Z" fill="#d1500a" fill-opacity="0.18"');
    expect(svg).toContain('d="M0 200h330.3v100.3h-330.3z"');
    expect(svg).toMatch(/d="M0 100h660"[^>]*\/><text [^>]*>1\/lr<\/text>/);
    expect(svg).toMatch(/>a<\/text>/);
  });
});
