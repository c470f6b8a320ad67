import { describe, expect, it } from "vitest";
import type { Shape, Sketch } from "../../src/view/shapes.ts";
import { metricsOf, sweepDrawings, type SettingRow } from "../../src/view/sweep-drawings.ts";
import { rangeText, trainableRanges } from "../../src/view/sweep-rates.ts";
import { sweepSetting } from "../../src/view/sweep-settings.ts";

const RATES = [0.01, 0.03, 0.1, 0.3, 1];
const row = (arm: string, learningRate: number, width: number, accuracy: number): SettingRow => ({
  arm,
  hyper: JSON.stringify({ learningRate, width, steps: 10 }),
  trials: 2,
  diverged: 0,
  test_accuracy: accuracy,
  test_accuracy_low: accuracy - 0.05,
  test_accuracy_high: accuracy + 0.05,
  final_loss: 1 / accuracy,
  final_loss_low: 0.9 / accuracy,
  final_loss_high: 1.1 / accuracy,
});
const rows = [8, 16].flatMap((width) =>
  RATES.flatMap((rate, i) => [
    row("standard", rate, width, i === 2 ? 0.85 : 0.5),
    row("batchNorm", rate, width, i < 4 ? 0.9 : 0.6),
  ]),
);
const places = new Map([
  ["standard", 0],
  ["batchNorm", 1],
]);
const drawings = sweepDrawings(rows, { metric: "test_accuracy", places, reach: 0.8 });
const flat = (shapes: readonly Shape[]): Shape[] => shapes.flatMap((one) => [one, ...flat(one.children ?? [])]);
const of = (sketch: Sketch, tag: Shape["tag"]) => flat(sketch.shapes).filter((one) => one.tag === tag);
const drawn = (id: string, width = 500) => drawings.find((one) => one.id === id)!.draw(width);

it("has a drawing for each hyper-parameter that differs, the rates, and all at once", () => {
  expect(drawings.map(({ id }) => id)).toEqual(["sweep-learningRate", "sweep-width", "sweep-rates", "sweep-parallel"]);
  expect(metricsOf(rows)).toEqual(["test_accuracy", "final_loss"]);
  expect(sweepDrawings([], { metric: "final_loss", places, reach: 0.8 })).toEqual([]);
});

describe("a scatter", () => {
  it("puts rates evenly on a logarithmic axis, higher accuracies higher, with their range", () => {
    const dots = of(drawn("sweep-learningRate"), "circle");
    expect(dots).toHaveLength(20);
    const at = (one: Shape, name: string) => Number(one.attributes[name]);
    const standard = of(drawn("sweep-learningRate"), "g").filter((one) =>
      one.children![0]!.text!.startsWith("standard"),
    );
    const xs = [...new Set(standard.map((one) => at(one.children![2]!, "cx")))].sort((a, b) => a - b);
    expect(xs).toHaveLength(5);
    const gaps = xs.slice(1).map((x, i) => x - xs[i]!);
    expect(Math.max(...gaps) / Math.min(...gaps)).toBeLessThan(1.2);
    const best = standard.filter((one) => one.children![0]!.text!.includes("Test accuracy 85.0 %"));
    const others = standard.filter((one) => !best.includes(one));
    for (const one of best)
      for (const other of others) expect(at(one.children![2]!, "cy")).toBeLessThan(at(other.children![2]!, "cy"));
    for (const { children } of standard) {
      const [, whisker, dot] = children!;
      expect(at(whisker!, "y1")).toBeLessThan(at(dot!, "cy"));
      expect(at(whisker!, "y2")).toBeGreaterThan(at(dot!, "cy"));
    }
  });

  it.each([260, 500, 1000])("stays within %d pixels", (width) => {
    for (const { draw } of drawings) {
      const sketch = draw(width);
      expect(sketch.width).toBe(width);
      for (const one of of(sketch, "circle")) {
        expect(Number(one.attributes["cx"])).toBeGreaterThan(0);
        expect(Number(one.attributes["cx"])).toBeLessThan(width);
        expect(Number(one.attributes["cy"])).toBeGreaterThan(0);
        expect(Number(one.attributes["cy"])).toBeLessThan(sketch.height);
      }
    }
  });
});

it("draws a line per setting through all axes, the best of each arm last and strong", () => {
  const lines = of(drawn("sweep-parallel"), "path");
  expect(lines).toHaveLength(20);
  for (const { attributes } of lines) expect(String(attributes["d"]).split("L")).toHaveLength(3);
  const strong = lines.filter(({ attributes }) => attributes["stroke-opacity"] === 1);
  expect(strong).toEqual(lines.slice(-2));
  expect(strong.map(({ children }) => children![0]!.text)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^standard, learningRate 0.1,/),
      expect.stringMatching(/^batchNorm, /),
    ]),
  );
});

it("writes accuracies as shares everywhere, losses as numbers", () => {
  const textsOf = (metric: "test_accuracy" | "final_loss") =>
    sweepDrawings(rows, { metric, places, reach: 0.8 })
      .filter(({ id }) => id !== "sweep-rates")
      .flatMap(({ draw }) => [...of(draw(500), "text"), ...of(draw(500), "title")].map(({ text }) => text!));
  const shares = textsOf("test_accuracy");
  expect(shares).toContain("60 %");
  expect(shares).toContain("standard, learningRate 0.1, width 8, steps 10: Test accuracy 85.0 % (80.0 % to 90.0 %)");
  expect(shares).not.toContain("0.6");
  for (const hint of shares.filter((text) => text.includes("Test accuracy "))) expect(hint).toMatch(/ %\)?$/);
  expect(textsOf("final_loss").filter((text) => text.includes("%"))).toEqual([]);
});

it("keeps the values of axes that lines cross legible, on a ground of the panel's colour over the lines", () => {
  const { shapes } = drawn("sweep-parallel");
  const grounds = shapes.filter(({ tag }) => tag === "rect");
  expect(grounds.length).toBeGreaterThan(0);
  const lastLine = shapes.findLastIndex(({ tag }) => tag === "path");
  for (const ground of grounds) {
    expect(ground.attributes["fill"]).toBe("var(--panel)");
    const at = shapes.indexOf(ground);
    expect(at).toBeGreaterThan(lastLine);
    const label = shapes[at + 1]!;
    const number = (one: Shape, name: string) => Number(one.attributes[name]);
    expect(label.tag).toBe("text");
    expect(number(ground, "x") + number(ground, "width")).toBeGreaterThan(number(label, "x"));
    expect(number(ground, "y")).toBeLessThan(number(label, "y") - 9);
    expect(number(ground, "y") + number(ground, "height")).toBeGreaterThan(number(label, "y"));
  }
});

it("finds the learning rates at which each arm reaches a threshold, and draws their range", () => {
  const settings = rows.map((one) => sweepSetting(one, "test_accuracy"));
  const [standard, batchNorm] = trainableRanges(settings, 0.8);
  expect(standard).toMatchObject({ arm: "standard", low: 0.1, high: 0.1 });
  expect(batchNorm).toMatchObject({ arm: "batchNorm", low: 0.01, high: 0.3 });
  expect([standard!, batchNorm!].map(rangeText)).toEqual([
    "standard: 0.1 alone",
    "batchNorm: 0.01 to 0.3, a factor of 30",
  ]);
  expect(rangeText(trainableRanges(settings, 0.99)[0]!)).toBe("standard: none");
  const dots = of(drawn("sweep-rates"), "circle");
  expect(dots).toHaveLength(10);
  expect(dots.filter(({ attributes }) => attributes["fill"] !== "var(--panel)")).toHaveLength(5);
});
