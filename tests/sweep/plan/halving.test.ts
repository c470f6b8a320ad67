import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMetric, rungsOf, survivors, type Halving } from "../../../src/sweep/plan/halving.ts";

const loss: Halving = { metric: "loss", isMax: false, eta: 3, by: "steps" };

it("reads a stat and which way is good", () => {
  expect(parseMetric("loss")).toEqual({ metric: "loss", isMax: false });
  expect(parseMetric("test_accuracy")).toEqual({ metric: "test_accuracy", isMax: true });
  expect(parseMetric("test_accuracy:min")).toEqual({ metric: "test_accuracy", isMax: false });
  expect(parseMetric("beta:max").isMax).toBe(true);
  expect(() => parseMetric("loss:up")).toThrow("--halving loss:up: it must be a stat");
});

describe("rungsOf", () => {
  it("has a third of the steps, and a third of that, for nine candidates", () => {
    expect(rungsOf(loss, 9, 900, [0]).map(({ steps }) => steps)).toEqual([100, 300, 900]);
    expect(rungsOf({ ...loss, by: "seeds" }, 9, 50, [0, 1, 2, 3])).toEqual([
      { steps: 50, seeds: [0, 1] },
      { steps: 50, seeds: [0, 1, 2, 3] },
    ]);
    expect(rungsOf(loss, 1, 900, [0])).toEqual([{ steps: 900, seeds: [0] }]);
  });

  it("grows to the whole budget, and never begins with nothing", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 5000 }),
        (eta, n, steps) => {
          const rungs = rungsOf({ ...loss, eta }, n, steps, [0]);
          expect(rungs.at(-1)!.steps).toBe(steps);
          expect(rungs[0]!.steps).toBeGreaterThanOrEqual(1);
          for (const [i, rung] of rungs.slice(1).entries()) expect(rung.steps).toBeGreaterThan(rungs[i]!.steps);
          expect(eta ** (rungs.length - 1)).toBeLessThanOrEqual(n + 1e-6);
        },
      ),
    );
  });
});

describe("survivors", () => {
  const of = (group: string, candidate: string, ...values: (number | undefined)[]) => ({ group, candidate, values });

  it("keeps the best third of each arm, by the mean over seeds", () => {
    const all = [
      of("a", "a1", 3, 1),
      of("a", "a2", 0, 10),
      of("a", "a3", 1.5, 1.5),
      of("b", "b1", 100),
      of("b", "b2", 99),
    ];
    expect(survivors(loss, all)).toEqual(["a3", "b2"]);
    expect(survivors({ ...loss, isMax: true }, all)).toEqual(["a2", "b1"]);
  });

  it("takes what diverged or failed for worst, and the earlier of equals", () => {
    expect(survivors(loss, [of("a", "x", NaN), of("a", "y", undefined), of("a", "z", 1e9)])).toEqual(["z"]);
    expect(survivors(loss, [of("a", "x", NaN), of("a", "y", Infinity), of("a", "z", undefined)])).toEqual(["x"]);
    expect(survivors(loss, [of("a", "x", 2), of("a", "y", 1), of("a", "z", 1)])).toEqual(["y"]);
  });
});
