import fc from "fast-check";
import { expect, it } from "vitest";
import { shapes10 } from "../../../src/data/shapes10.ts";
import { experiment } from "../../../src/experiment/experiment.ts";
import { mlp } from "../../../src/nn/mlp.ts";
import { listSweepTrials } from "../../../src/sweep/plan/list-trials.ts";
import { hashTrial } from "../../../src/sweep/plan/trial-id.ts";
import { EMPTY } from "rxjs";

const definition = experiment({
  hyper: { learningRate: 0.1, steps: 100, images: 1000 },
  scales: { smoke: { steps: 10 } },
  arms: () => ({ standard: { network: mlp() }, wide: { network: mlp({ hidden: [20] }) } }),
  run: () => EMPTY,
});
const basis = {
  definition: definition as never,
  data: shapes10({ train: 50, test: 10 }),
  experiment: "e",
  backend: "cpu",
  codeVersion: "1",
  scale: "smoke",
  set: {},
  sweepId: "s",
} as const;

it("lists arms, points and seeds, with the settings of all", () => {
  const trials = listSweepTrials({ ...basis, set: { steps: "7" } }, [{ learningRate: "0.5" }, { arm: "wide" }], [0, 3]);
  expect(trials.map(({ arm, seed, hyper }) => [arm, seed, hyper["learningRate"], hyper.steps])).toEqual([
    ["standard", 0, 0.5, 7],
    ["wide", 0, 0.5, 7],
    ["wide", 0, 0.1, 7],
    ["standard", 3, 0.5, 7],
    ["wide", 3, 0.5, 7],
    ["wide", 3, 0.1, 7],
  ]);
  // Recorded as a run records it: with the images that there are.
  expect(trials[0]!.hyper["images"]).toBe(50);
  expect(new Set(trials.map(({ trialId }) => trialId)).size).toBe(6);
  expect(new Set(trials.map(({ runId }) => runId)).size).toBe(6);
});

it("gives points that come to the same one trial", () => {
  expect(
    listSweepTrials({ ...basis, arms: ["wide"] }, [{ learningRate: "0.1" }, {}, { arm: "wide" }], [0]),
  ).toHaveLength(1);
});

it("refuses what the experiment does not have, and what is absurd", () => {
  expect(() => listSweepTrials(basis, [{ rate: "1" }], [0])).toThrow('no hyper-parameter "rate"');
  expect(() => listSweepTrials(basis, [{ arm: "none" }], [0])).toThrow('no arm "none"');
  expect(() => listSweepTrials(basis, [{ learningRate: "fast" }], [0])).toThrow("learningRate is a number");
  const seeds = Array.from({ length: 1000 }, (_, i) => i);
  expect(() =>
    listSweepTrials(
      basis,
      Array.from({ length: 101 }, () => ({})),
      seeds,
    ),
  ).toThrow("more than 100000 trials");
});

it("names a trial by what it is: by nothing else, and by all of it", () => {
  const hyper = fc.dictionary(fc.string(), fc.oneof(fc.double({ noNaN: true }), fc.string(), fc.boolean()));
  fc.assert(
    fc.property(hyper, fc.nat(), (settings, seed) => {
      const of = { experiment: "e", arm: "a", seed, hyper: settings, dataset: "d", backend: "cpu", codeVersion: "1" };
      const shuffled = Object.fromEntries(Object.entries(settings).reverse());
      const id = hashTrial(of);
      expect(id).toMatch(/^[\da-f]{20}$/);
      expect(hashTrial({ ...of, hyper: shuffled })).toBe(id);
      const others = [
        { experiment: "f" },
        { arm: "b" },
        { seed: seed + 1 },
        { hyper: { ...settings, more: 1 } },
        { dataset: "e" },
        { backend: "wasm" },
        { codeVersion: "2" },
      ].map((change) => hashTrial({ ...of, ...change }));
      expect(new Set([id, ...others]).size).toBe(others.length + 1);
    }),
  );
});
