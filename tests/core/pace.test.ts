import { expect, it } from "vitest";
import { Pace, stepsPerSecond } from "../../src/core/pace.ts";

it("takes the pace over the last seconds, from the first step on", () => {
  const pace = new Pace();
  expect(pace.note(0, 0)).toBeNull();
  expect(pace.note(60_000, 1)).toBeNull();
  expect(pace.note(61_000, 11)).toBe(10);
  expect(pace.note(62_000, 11)).toBe(5);
  for (let second = 3; second <= 9; second++) pace.note(60_000 + second * 1000, 11 + 20 * (second - 2));
  // Eight seconds back from the ninth: the first, with 11 steps.
  expect(pace.note(69_000, 151)).toBe(140 / 8);
  expect(pace.note(90_000, 171)).toBeCloseTo(20 / 21, 12);
});

it("has none where no time has passed", () => {
  const pace = new Pace();
  pace.note(5, 1);
  expect(pace.note(5, 2)).toBeNull();
  expect([stepsPerSecond(3, 0), stepsPerSecond(3, -1), stepsPerSecond(3, 1500)]).toEqual([null, null, 2]);
});
