import { EMPTY } from "rxjs";
import { describe, expect, it } from "vitest";
import { checkExperiment, experiment } from "../../../src/experiment/experiment.ts";
import type { ExperimentSweep } from "../../../src/experiment/sweep-grid.ts";
import { mlp } from "../../../src/nn/mlp.ts";
import type { SweepCommandOptions } from "../../../src/sweep/command/options.ts";
import { confirmMany, planEarlyStop, planSearch } from "../../../src/sweep/command/plan-search.ts";
import { parseAxis } from "../../../src/sweep/plan/axis.ts";

const hyper = { rate: 0.1, width: 8, steps: 10 };
const declaring = (sweep?: ExperimentSweep<typeof hyper>) =>
  checkExperiment(
    experiment({ hyper, arms: () => ({ a: { network: mlp() } }), run: () => EMPTY, seeds: 4, ...(sweep && { sweep }) }),
    "e",
  );
const NOTHING: SweepCommandOptions = {
  grid: [],
  eta: 3,
  rungs: "steps",
  earlyStop: [],
  scale: "quick",
  set: {},
  backend: "cpu",
  data: "shapes10",
  store: "s",
  serve: false,
  retries: 2,
  checkpointEvery: undefined,
  sbatch: [],
  host: "",
  port: 0,
};
const asked = (options: Partial<SweepCommandOptions>): SweepCommandOptions => ({ ...NOTHING, ...options });

it("takes the experiment's rules for early stopping, and the command line's before them", () => {
  const own = declaring({ grid: { rate: [0.1, 0.5] }, earlyStop: "median", grace: 3 });
  const median = { rule: "median", metric: "loss", isMax: false };
  expect(planEarlyStop(own, asked({}))).toEqual({ rules: [median], grace: 3 });
  expect(planEarlyStop(own, asked({ earlyStop: ["divergence:l2"], grace: 0 }))).toEqual({
    rules: [{ rule: "divergence", metric: "l2", isMax: false }],
    grace: 0,
  });
  // Another grid is another sweep.
  expect(planEarlyStop(own, asked({ grid: [parseAxis("width=1,2")] }))).toBeUndefined();
  expect(() => planEarlyStop(declaring(), asked({ grace: 4 }))).toThrow("--grace: there is no rule");
});

describe("planSearch", () => {
  it("takes the experiment's sweep, and the command line's before it", () => {
    const own = declaring({ grid: { rate: [0.1, 0.5], arm: ["a"] }, seeds: 2, halving: "loss" });
    expect(planSearch(own, asked({}))).toEqual({
      points: [
        { rate: "0.1", arm: "a" },
        { rate: "0.5", arm: "a" },
      ],
      seeds: [0, 1],
      scale: "quick",
      set: {},
      halving: { metric: "loss", isMax: false, eta: 3, by: "steps" },
    });
    const grid = [parseAxis("width=1,2,3")];
    const other = planSearch(own, asked({ grid, seed: [7] }));
    expect([other.points.length, other.seeds, other.halving]).toEqual([3, [7], undefined]);
    // Without both, the experiment's seeds.
    expect(planSearch(declaring(), asked({ grid })).seeds).toEqual([0, 1, 2, 3]);
  });

  it("trains every arm at every point that it draws", () => {
    const own = declaring({ grid: { rate: { low: 0.01, high: 1, log: true }, arm: ["a", "b"] }, random: 5 });
    const { points } = planSearch(own, asked({}));
    const of = (arm: string) => points.filter((point) => point["arm"] === arm).map(({ rate }) => rate);
    expect(of("a")).toHaveLength(5);
    expect(of("b")).toEqual(of("a"));
  });

  it("says of a pipeline's mistake that it is the pipeline's", () => {
    expect(() => planSearch(declaring({ grid: { rate: [1, 1] } }), asked({}))).toThrow(
      "sweep.grid: rate: 1 is there twice",
    );
    expect(() => checkExperiment({ ...declaring(), sweep: { grid: { rate: [] } } }, "e")).toThrow("sweep.grid.rate");
  });
});

it("asks about more than 1000 trials, and refuses them where nobody can answer", async () => {
  await confirmMany(1000, false);
  await confirmMany(1001, true);
  await expect(confirmMany(1001, false)).rejects.toThrow("these are 1001 trials; --yes trains them");
});
