import { expect, it } from "vitest";
import { absentTexts, seedRange } from "../../src/paper/lacking.ts";

const absent = (experiment: string, arms: string, rate?: number) =>
  arms.split(" ").map((arm) => ({ experiment, arm, rate }));

it("says once what several measures lack", () => {
  const all = [...absent("landscape", "l1Norm batchNorm", 0.1), ...absent("landscape", "l2Norm batchNorm", 0.1)];
  expect(absentTexts(all)).toEqual(["no runs of landscape at lr 0.1: l1Norm, batchNorm, l2Norm"]);
});

it("says rates that lack the same arms together, each experiment by itself", () => {
  const rates = [0.1, 0.5].flatMap((rate) => absent("learning-rates", "standard", rate));
  expect(absentTexts([...rates, ...absent("learning-rates", "batchNorm", 1), ...absent("theory", "vgg")])).toEqual([
    "no runs of learning-rates at lr 0.1, 0.5: standard; at lr 1: batchNorm",
    "no runs of theory in vgg",
  ]);
});

it("says from how many seeds to how many", () => {
  expect([[1], [3, 3], [3, 20, 5]].map(seedRange)).toEqual(["1 seed", "3 seeds", "3 to 20 seeds"]);
});
