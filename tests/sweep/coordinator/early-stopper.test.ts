import fc from "fast-check";
import { expect, it } from "vitest";
import type { Reading } from "../../../src/core/types.ts";
import { EarlyStopper } from "../../../src/sweep/coordinator/early-stopper.ts";
import { reasonOf } from "../../../src/sweep/coordinator/stop-event.ts";
import type { EarlyStop } from "../../../src/sweep/plan/early-stop.ts";
import { earlyStopOf } from "../../../src/sweep/plan/early-stop.ts";
import { planned } from "../../fixtures/sweeps.ts";

const STEPS = 100;
const trial = (trialId: string, arm = "a") => ({ ...planned(STEPS), trialId, arm });
const curve = (value: number | ((step: number) => number), stat = "loss"): Reading[] =>
  Array.from({ length: STEPS }, (_, step) => ({
    kind: "reading",
    step,
    probe: "p",
    stat,
    value: typeof value === "number" ? value : value(step),
  }));
const rulesOf = (texts: readonly string[], grace?: number): EarlyStop => earlyStopOf(texts, grace)!;

it("stops what is worse than the median of three that were there before, after its grace", () => {
  const stopper = new EarlyStopper(rulesOf(["median"], 40), STEPS);
  expect(stopper.see(trial("1"), curve(5))).toBeUndefined();
  expect(stopper.see(trial("2"), curve(1))).toBeUndefined();
  // Of two there is no median to speak of.
  expect(stopper.see(trial("3"), curve(9))).toBeUndefined();
  // Others of its own arm alone.
  expect(stopper.see(trial("4", "b"), curve(9))).toBeUndefined();
  expect(stopper.see(trial("5"), curve(5))).toBeUndefined();
  const verdict = stopper.see(trial("6"), curve(6))!;
  expect(verdict).toEqual({ rule: "median", metric: "loss", step: 40, value: 6, bound: 5, trials: 4 });
  expect(reasonOf(verdict)).toBe("stopped early: at step 40 loss was 6, worse than 5, the median of 4 trials");
});

it("heeds which way is good, and takes what is not finite for the worst", () => {
  const stopper = new EarlyStopper(rulesOf(["median:accuracy"]), STEPS);
  for (const [id, value] of [
    ["1", 0.5],
    ["2", 0.625],
    ["3", NaN],
  ] as const)
    expect(stopper.see(trial(id), curve(value, "accuracy"))).toBeUndefined();
  expect(stopper.see(trial("4"), curve(0.75, "accuracy"))).toBeUndefined();
  const worse = stopper.see(trial("5"), curve(0.375, "accuracy"))!;
  expect(worse).toMatchObject({ step: 10, bound: 0.5, value: 0.375 });
  expect(stopper.see(trial("6"), curve(NaN, "accuracy"))).toMatchObject({ value: "NaN" });
});

it("knows what nobody has recorded that it should look at", () => {
  const stopper = new EarlyStopper(rulesOf(["median:loss", "median:lost", "median:there"]), STEPS);
  expect(stopper.unseen).toEqual(["loss", "lost", "there"]);
  stopper.see(trial("1"), curve(5));
  stopper.remember("a", "there", { stretch: 0, mean: 1 });
  expect(stopper.unseen).toEqual(["lost"]);
});

it("stops what diverges: ten times what it was at first, or not finite", () => {
  const stopper = new EarlyStopper(rulesOf(["divergence"], 0), STEPS);
  expect(
    stopper.see(
      trial("1"),
      curve((step) => 2 + step / 10),
    ),
  ).toBeUndefined();
  const verdict = stopper.see(
    trial("2"),
    curve((step) => 2 * 1.2 ** step),
  )!;
  expect(verdict).toMatchObject({ rule: "divergence", bound: 20 });
  expect(reasonOf(verdict)).toMatch(/^stopped early: at step \d+ loss was \d\S+, more than 20, ten times/);
  expect(
    stopper.see(
      trial("3"),
      curve((step) => (step < 50 ? 2 : Infinity)),
    ),
  ).toMatchObject({ value: "Infinity" });
});

it("never stops a trial at its last step, nor by what it had itself in another attempt", () => {
  const stopper = new EarlyStopper(rulesOf(["median"], 99), STEPS);
  for (const id of ["1", "2", "3", "4"]) expect(stopper.see(trial(id), curve(Number(id)))).toBeUndefined();
  const again = new EarlyStopper(rulesOf(["median"], 0), STEPS);
  for (let attempt = 0; attempt < 5; attempt++) {
    again.goesOn(trial("1"), 0);
    expect(again.see(trial("1"), curve(attempt))).toBeUndefined();
  }
});

it("judges as sorting all of them would", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
      const stopper = new EarlyStopper(rulesOf(["median"], 0), STEPS);
      for (const [i, value] of values.entries()) {
        const before = values.slice(0, i).sort((a, b) => a - b);
        const isWorse = i >= 3 && value > before[Math.floor(i / 2)]!;
        const [first] = curve(value);
        stopper.see(trial(String(i)), [first!]);
        const verdict = stopper.see(trial(String(i)), [{ ...first!, step: 1 }]);
        expect(verdict !== undefined).toBe(isWorse);
      }
    }),
  );
});
