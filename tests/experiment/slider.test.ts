import { describe, expect, it } from "vitest";
import { experiment, mlp, slider, UserError } from "gradstream";
import { checkExperiment } from "../../src/experiment/experiment.ts";
import { checkMove } from "../../src/experiment/slider.ts";

describe("slider", () => {
  it("begins with the least value unless another is given", () => {
    expect(slider(0, 2)).toEqual({ low: 0, high: 2, initial: 0 });
    expect(slider(1e-4, 1, { initial: 0.1, log: true })).toEqual({ low: 1e-4, high: 1, initial: 0.1, log: true });
    expect(slider(-1, 1, { initial: 0.5, step: 0.5 })).toEqual({ low: -1, high: 1, initial: 0.5, step: 0.5 });
  });

  it.each<[string, () => unknown, string]>([
    ["bounds the wrong way round", () => slider(2, 0), "slider: goes from 2 to 0, which is not a range"],
    ["one value alone", () => slider(1, 1), "slider: goes from 1 to 1, which is not a range"],
    ["no number", () => slider("a" as never, 1), 'slider: goes from "a" to 1, which are not finite numbers'],
    ["NaN", () => slider(0, NaN), "slider: goes from 0 to NaN, which are not finite numbers"],
    ["no end", () => slider(0, Infinity), "slider: goes from 0 to Infinity, which are not finite numbers"],
    [
      "all numbers",
      () => slider(-1e308, 1.7e308),
      "slider: goes from -1e+308 to 1.7e+308, which is wider than numbers",
    ],
    [
      "factors of 0",
      () => slider(0, 1, { log: true }),
      "slider: goes from 0 in equal factors, which needs a number above 0",
    ],
    ["a start outside", () => slider(0, 1, { initial: 3 }), "slider: begins with 3, which is not from 0 to 1"],
    [
      "a start that is no number",
      () => slider(0, 1, { initial: NaN }),
      "slider: initial must be a finite number, not NaN",
    ],
    ["a step of 0", () => slider(0, 1, { step: 0 }), "slider: has a step of 0, which must be above 0 and at most 1"],
    [
      "a step too wide",
      () => slider(0, 1, { step: 2 }),
      "slider: has a step of 2, which must be above 0 and at most 1",
    ],
    [
      "a start between steps",
      () => slider(0, 1, { initial: 0.3, step: 0.5 }),
      "slider: begins with 0.3, which is not 0 and",
    ],
    ["a step in factors", () => slider(1, 9, { step: 1, log: true }), "slider: has a step and equal factors"],
    ["an option that is none", () => slider(0, 1, { stpe: 1 } as never), "slider: no option stpe; there are"],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(UserError);
    expect(make).toThrow(message);
  });
});

describe("controls of an experiment", () => {
  const rest = { hyper: { steps: 1 }, arms: () => ({ a: { network: mlp() } }), run: () => undefined as never };
  const checked = (controls: unknown) => checkExperiment({ ...rest, controls }, "mine.ts");

  it("are sliders by name, of one's own making too", () => {
    expect(checked({ noise: { low: 0, high: 2, initial: 1 } }).controls).toEqual({
      noise: { low: 0, high: 2, initial: 1 },
    });
    expect(experiment({ ...rest, controls: { noise: slider(0, 2) } }).controls).toEqual({ noise: slider(0, 2) });
  });

  it.each([
    [[], "mine.ts: controls must be an object such as { noise: slider(0, 2) }, not []"],
    [{ noise: 3 }, "mine.ts: controls.noise: is 3; write slider(0, 2)"],
    [{ noise: { low: 1, high: 0, initial: 0 } }, "mine.ts: controls.noise: goes from 1 to 0, which is not a range"],
    [{ noise: {} }, "mine.ts: controls.noise: goes from undefined to undefined, which are not finite numbers"],
    [
      JSON.parse('{ "__proto__": { "low": 0, "high": 1, "initial": 0 } }'),
      "mine.ts: controls.__proto__: JavaScript keeps",
    ],
  ])("are refused where they are %j", (controls, message) => {
    expect(() => checked(controls)).toThrow(message);
  });

  it("take their name from hyper-parameters", () => {
    const hyper = { steps: 1, controls: 2 };
    expect(() => checkExperiment({ ...rest, hyper }, "mine.ts")).toThrow(
      "hyper.controls: run gets controls from elsewhere",
    );
  });
});

describe("a move", () => {
  const sliders = { noise: slider(0, 2, { step: 0.1 }), rate: slider(1e-4, 1, { log: true }) };

  it("is to a value of the control", () => {
    for (const value of [0, 0.3, 0.7, 1.9, 2]) expect(() => checkMove(sliders, "noise", value)).not.toThrow();
    for (const value of [1e-4, 0.0123, 1]) expect(() => checkMove(sliders, "rate", value)).not.toThrow();
  });

  it.each([
    ["nosie", 1, "no control nosie; there are noise, rate"],
    ["toString", 1, "no control toString; there are noise, rate"],
    ["noise", NaN, "noise goes from 0 to 2, not to NaN"],
    ["noise", Infinity, "noise goes from 0 to 2, not to Infinity"],
    ["noise", -0.1, "noise goes from 0 to 2, not to -0.1"],
    ["noise", 0.25, "noise goes from 0 in steps of 0.1, not to 0.25"],
    ["rate", 0, "rate goes from 0.0001 to 1, not to 0"],
  ])("of %s to %d is refused", (name, value, message) => {
    expect(() => checkMove(sliders, name, value)).toThrow(new UserError(message));
  });

  it("is refused where there is nothing to move", () => {
    expect(() => checkMove({}, "noise", 1)).toThrow("this run has no controls");
  });
});
