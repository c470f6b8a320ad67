import { EMPTY } from "rxjs";
import { expect, it } from "vitest";
import { checkExperiment, experiment, resolveHyper, type Experiment } from "../../../src/experiment/experiment.ts";
import { mlp } from "../../../src/nn/mlp.ts";
import { checkClaimsAlone, judgeTrials } from "../../../src/run/runner/judge-claims.ts";
import { emptyStore, record } from "../../fixtures/paper-runs.ts";
import { rejection } from "../../fixtures/runs.ts";

const sql = "SELECT seed, max(value) AS value FROM reading GROUP BY seed";

const mine: Experiment = checkExperiment(
  experiment({
    hyper: { steps: 10, width: 1 },
    scales: { smoke: { steps: 2 }, small: { steps: 100 } },
    arms: () => ({ a: { network: mlp() }, b: { network: mlp() } }),
    run: () => EMPTY,
    claims: {
      long: { statement: "It is long.", steps: 50, measures: [{ what: "loss", sql, atMost: 1, why: "Any." }] },
      endless: { statement: "It is longer.", steps: 101, seeds: 1, measures: [{ what: "loss", arms: ["a"], sql, atMost: 1, why: "Any." }] }, // prettier-ignore
      short: { statement: "It is short.", seeds: 1, measures: [{ what: "loss", arms: ["a"], sql, atMost: 1, why: "Any." }] }, // prettier-ignore
    },
  }),
  "mine.ts",
);

it("says of a claim that is not testable with which options it would be, and of all at which settings they were judged", async () => {
  const store = await emptyStore();
  const about = { experiment: "mine", arm: "a", seed: 0, steps: 10, hyper: { width: 2, steps: 10 } };
  const run = await record(store, about, [[0, "loss", "loss", 1]]);
  const judged = async (settings: Readonly<Record<string, string>>) => {
    const hyper = resolveHyper(mine, "quick", settings);
    const asked = { name: "mine", experiment: mine, scale: "quick", settings, hyper, seeds: [0], arms: ["a"] } as const;
    return (await judgeTrials(store, asked, [run])).map(({ verdict, detail }) => [verdict, detail]);
  };
  expect(await judged({})).toEqual([
    ["not testable", "no runs of mine in b; try --scale small, --seeds 3, all arms"],
    ["not testable", "runs of mine of 10 steps; 101 are asked for; try --steps 101"],
    ["reproduced", "seed 0"],
  ]);
  expect(await judged({ steps: "10", width: "2" })).toEqual([
    ["not testable", "no runs of mine in b; try --steps 50, --seeds 3, all arms; with steps=10, width=2"],
    ["not testable", "runs of mine of 10 steps; 101 are asked for; try --steps 101; with steps=10, width=2"],
    ["reproduced", "seed 0; with steps=10, width=2"],
  ]);
});

it("checks claims without a store", async () => {
  const hyper = resolveHyper(mine, "quick", {});
  await checkClaimsAlone({ name: "mine", experiment: mine, hyper });
  const { long } = mine.claims!;
  const measures = [{ ...long!.measures[0]!, sql: "SELECT seed, valu AS value FROM reading" }];
  const mistaken = { ...mine, claims: { long: { ...long!, measures } } };
  const refused = await rejection(checkClaimsAlone({ name: "mine", experiment: mistaken, hyper }));
  expect(refused.message).toMatch(
    /^claims\.long: "loss": its SQL gives no rows \(seed, value\): Binder Error: .*did you mean "value"/,
  );
});
