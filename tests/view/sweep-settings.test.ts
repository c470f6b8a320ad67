import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLogSpaced, sweepSetting, sweptKeys, type SweepSetting } from "../../src/view/sweep-settings.ts";

const setting = (hyper: SweepSetting["hyper"], mean = 1): SweepSetting => ({
  arm: "a",
  hyper,
  trials: 1,
  diverged: 0,
  values: { mean, low: mean, high: mean },
});

it("reads a setting with its range over seeds, and none where nothing is finite", () => {
  const row = {
    arm: "a",
    hyper: '{"width":8}',
    trials: 3n,
    diverged: 1n,
    final_loss: 2,
    final_loss_low: 1,
    final_loss_high: 4,
  };
  expect(sweepSetting(row, "final_loss")).toEqual({
    arm: "a",
    hyper: { width: 8 },
    trials: 3,
    diverged: 1,
    values: { mean: 2, low: 1, high: 4 },
  });
  expect(sweepSetting(row, "test_accuracy").values).toBeUndefined();
  expect(sweepSetting({ ...row, final_loss_high: Infinity }, "final_loss").values).toBeUndefined();
});

describe("sweptKeys", () => {
  it("lists what differs, numbers in their order, on the axis on which they lie evenly", () => {
    const all = [
      setting({ rate: 0.1, width: 16, norm: "batch", same: 1 }),
      setting({ rate: 0.01, width: 8, norm: "layer", same: 1 }),
      setting({ rate: 1, width: 24, norm: "batch", same: 1 }),
    ];
    expect(sweptKeys(all)).toEqual([
      { key: "rate", values: [0.01, 0.1, 1], isNumeric: true, isLog: true },
      { key: "width", values: [8, 16, 24], isNumeric: true, isLog: false },
      { key: "norm", values: ["batch", "layer"], isNumeric: false, isLog: false },
    ]);
  });

  it("finds powers logarithmic and equal steps not", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 100, noNaN: true }), fc.integer({ min: 4, max: 9 }), (first, count) => {
        const powers = Array.from({ length: count }, (_, i) => first * 3 ** i);
        const steps = Array.from({ length: count }, (_, i) => first * (1 + 2 * i));
        expect(isLogSpaced(powers)).toBe(true);
        expect(isLogSpaced(steps)).toBe(false);
      }),
    );
    expect(isLogSpaced([0, 1, 10])).toBe(false);
    expect(isLogSpaced([0.01, 0.1, 0.5])).toBe(true);
  });
});
