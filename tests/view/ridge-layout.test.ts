import { describe, expect, it } from "vitest";
import { MOST_RIDGES, ridgeLayout } from "../../src/view/ridge-layout.ts";
import type { Ridge } from "../../src/view/ridges.ts";

const aRidge = (step: number, changes: Partial<Ridge> = {}): Ridge => ({
  panel: "",
  arm: "standard",
  step,
  lo: -1,
  hi: 1,
  counts: [1, 2, 1],
  ...changes,
});
const every = (step: number, count: number): Ridge[] => Array.from({ length: count }, (_, i) => aRidge(i * step));

describe("ridges on their panel", () => {
  it("stand where their steps are between the first, behind, and the last, at the bottom", () => {
    const { shapes, y, yLabels } = ridgeLayout([aRidge(0), aRidge(250), aRidge(1000)]);
    expect(shapes.map(({ step, base }) => [step, base])).toEqual([
      [0, 0.7],
      [250, expect.closeTo(0.525, 12)],
      [1000, 0],
    ]);
    expect(y.domain).toEqual([0, 1]);
    expect(y.ticks).toEqual(shapes.map(({ base }) => base));
    expect(yLabels).toEqual(["0", "250", "1,000"]);
  });

  it("are as high as their densities: the tallest takes 30 % of the height, and all end on their ground", () => {
    const narrow = aRidge(1000, { lo: -0.5, hi: 0.5 });
    const { shapes } = ridgeLayout([aRidge(0), narrow]);
    // The same shares in bins half as wide are twice as dense.
    expect(Math.max(...shapes[1]!.points.map(({ y }) => y - shapes[1]!.base))).toBeCloseTo(0.3, 12);
    expect(Math.max(...shapes[0]!.points.map(({ y }) => y - shapes[0]!.base))).toBeCloseTo(0.15, 12);
    for (const { base, points } of shapes) {
      expect([points[0]!.y, points.at(-1)!.y]).toEqual([base, base]);
      expect(points.length).toBe(5);
    }
  });

  it("are 28 of many, the first and the last among them, with five steps named", () => {
    const { shapes, yLabels } = ridgeLayout(every(10, 101));
    expect(shapes).toHaveLength(MOST_RIDGES);
    expect([shapes[0]!.step, shapes.at(-1)!.step]).toEqual([0, 1000]);
    expect(yLabels).toHaveLength(5);
    expect([yLabels[0], yLabels[4]]).toEqual(["0", "1,000"]);
  });

  it("have an axis as wide as the bins that can be seen", () => {
    const far = aRidge(0, { lo: -1, hi: 1000, counts: [10_000, ...Array<number>(999).fill(0), 1] });
    const { x, shapes } = ridgeLayout([far]);
    expect(x.domain[1]).toBeLessThan(2);
    for (const { points } of shapes) for (const point of points) expect(point.x).toBeLessThanOrEqual(x.domain[1]);
  });

  it("of one step stand at the bottom", () => {
    const { shapes, yLabels } = ridgeLayout([aRidge(7)]);
    expect(shapes[0]!.base).toBe(0);
    expect(yLabels).toEqual(["7"]);
  });
});
