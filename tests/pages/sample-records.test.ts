import { expect, it } from "vitest";
import { spreadOverArms } from "../../src/pages/parts/sample-records.ts";

it("takes a run of every arm before a second of any, in their order", () => {
  const runs = ["a0", "a1", "a2", "b0", "b1", "c0"];
  const of = (most: number) => spreadOverArms(runs, most, (run) => run[0]!);
  expect(of(4)).toEqual(["a0", "a1", "b0", "c0"]);
  expect(of(2)).toEqual(["a0", "b0"]);
  expect(of(9)).toEqual(runs);
});
