import { expect, it } from "vitest";
import { timeLeft } from "../../src/view/time-left.ts";

const going = (left: number, pace: number | null, arm = "a") => ({ arm, left, pace });

it("is the time of the run that takes longest where nothing is queued", () => {
  expect(timeLeft([going(100, 10), going(100, 5)])).toBe(20);
  expect(timeLeft([going(0, 10)])).toBe(0);
});

it("puts queued trials where a run ends first, each as fast as its arm", () => {
  // One lane is free after 1 s and after 1 + 10 s again, the other after 8 s: 8 + 10.
  expect(timeLeft([going(10, 10), going(80, 10)], [{ arm: "a", steps: 100 }, { arm: "a", steps: 100 }])).toBe(18); // prettier-ignore
  expect(timeLeft([going(0, 10), going(0, 2, "b")], [{ arm: "b", steps: 10 }])).toBe(5);
  expect(timeLeft([going(0, 10), going(0, 2, "b")], [{ arm: "new", steps: 12 }])).toBe(2);
});

it("says nothing without a pace, and takes the others' for a run that has none yet", () => {
  expect(timeLeft([going(100, null), going(100, 0), going(10, NaN)])).toBeUndefined();
  expect(timeLeft([], [{ arm: "a", steps: 3 }])).toBeUndefined();
  expect(timeLeft([going(100, null, "b"), going(10, 5)])).toBe(20);
});
