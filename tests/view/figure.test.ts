import { describe, expect, it } from "vitest";
import { figureView } from "../../src/view/figure.ts";
import { panelsInOrder } from "../../src/view/figure-rows.ts";
import { lineStyle } from "../../src/view/line-style.ts";
import { drawFigure } from "../../src/report/figure.ts";
import { mergedRules, RULE_STYLE } from "../../src/view/rules.ts";
import { stretchOf } from "../../src/view/stretching.ts";
import { wrapped } from "../../src/view/text.ts";
import { aFigure, aRow } from "../fixtures/report.ts";
import { group } from "../fixtures/svg.ts";

describe("a short run", () => {
  it("is stretched over the paper's steps when it is less than a tenth as long", () => {
    expect(stretchOf("step", 750, 15_000)).toEqual({
      factor: 20,
      label: "step (ours: 750 drawn over the paper's 15,000)",
      until: Infinity,
    });
    expect(stretchOf("step", 30_000, 15_000).factor).toBe(0.5);
    for (const [label, ours, paper] of [
      ["step", 14_900, 15_000],
      ["step", 20_000, 15_000],
      ["distance η", 1, 100],
      ["step", 0, 9],
      ["step", 9, 0],
    ] as const)
      // prettier-ignore
      expect(stretchOf(label, ours, paper)).toEqual({ factor: 1, label, until: Infinity });
  });

  it("stands beside the paper's first steps from a tenth of them on, with how far apart they are", () => {
    expect(stretchOf("step", 3000, 15_000)).toEqual({
      factor: 1,
      label: "step (the paper's first 3,000 of 15,000)",
      until: 3000,
    });
    expect([2980, 2999, 2900, 4321].map((last) => stretchOf("step", last, 15_000).until)).toEqual([
      3000, 3000, 2900, 4321,
    ]);
    expect(stretchOf("step", 10_000, 15_000)).toMatchObject({ factor: 1, until: 10_000 });
    expect(stretchOf("step", 14_600, 15_000)).toMatchObject({ factor: 1, until: 14_600 });
    const ours = [0, 20, 80, 100, 120, 180, 200].map((x) => aRow({ x, y: x === 100 ? 50 : 12 }));
    const paper = [0, 100, 200, 300, 2000].map((x) => aRow({ x, y: 10, source: "paper" }));
    const { panels, notes } = figureView(aFigure({}, { rows: [...ours, ...paper] }));
    expect([...panels[0]!.lines.find(({ source }) => source === "paper")!.x]).toEqual([0, 100, 200]);
    // At 100 ours counts as the median of 80, 100 and 120.
    expect(notes).toEqual([
      "From 0 to 200, ours and the paper's are apart on average: standard by 2 (ours higher by 2).",
    ]);
  });

  it("is apart by a factor on a logarithmic axis, over both edges of a band", () => {
    const rows = [0, 100, 200].flatMap((x) => [
      aRow({ x, y: null, low: 2, high: 5 }),
      aRow({ x, y: null, low: 1, high: 10, source: "paper" }),
    ]);
    const { notes } = figureView(aFigure({ kind: "band", y: { label: "loss", log: true } }, { rows }));
    expect(notes).toEqual([
      "From 0 to 200, ours and the paper's are apart on average: standard by a factor of 2 (ours times 1).",
    ]);
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
      ["standard", "line"], ["batchNorm", "line"], ["range over seeds", "area"], ["the paper", "dashed"],
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

describe("a crowd", () => {
  it("of more than 24 lines in a panel is pale, in reports as on pages", () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, i) => [0, 1].map((x) => aRow({ line: String(i), x }))).flat();
    const look = (count: number) => figureView(aFigure({ kind: "profiles" }, { rows: rows(count) })).panels[0]!.lines;
    expect(look(24).map((line) => lineStyle(line).alpha)).toEqual(Array<number>(24).fill(1));
    const many = look(25);
    expect(many.map((line) => lineStyle(line).alpha)).toEqual(Array<number>(25).fill(0.6));
    const { panels } = drawFigure(aFigure({ kind: "profiles" }, { rows: rows(25) }));
    expect(panels[0]!.svg.match(/stroke-opacity="0.6"/g)).toHaveLength(25);
  });
});

describe("a rule", () => {
  it("has one look", () => {
    const rows = [0, 1].map((x) => aRow({ x, y: 10 + 20 * x }));
    const rules = [{ label: "1/lr", panel: "", value: 20 }];
    const { svg } = drawFigure(aFigure({}, { rows, rules })).panels[0]!;
    const drawn = group(svg, "rule 1/lr = 20");
    expect(drawn).toContain(`stroke-dasharray="${RULE_STYLE.dash.join(" ")}"`);
    expect(drawn).toContain(`stroke="var(--${RULE_STYLE.ink})"`);
  });
});
