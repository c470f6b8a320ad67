import { describe, expect, it } from "vitest";
import { axesOf } from "../../../src/sweep/plan/axes-of.ts";
import { checkAxes, parseAxis } from "../../../src/sweep/plan/axis.ts";

describe("parseAxis", () => {
  it("takes values and ranges", () => {
    expect(parseAxis("learningRate=0.01, 0.1")).toEqual({ kind: "list", key: "learningRate", values: ["0.01", "0.1"] });
    expect(parseAxis("arm=standard,batchNorm").key).toBe("arm");
    expect(parseAxis("rate=1e-3..1:log")).toEqual({
      kind: "range",
      key: "rate",
      low: 0.001,
      high: 1,
      isLog: true,
      isWhole: false,
    });
    expect(parseAxis("width=8..64:log:int")).toMatchObject({ isLog: true, isWhole: true });
    expect(parseAxis("shift=-1..-0.5")).toMatchObject({ low: -1, high: -0.5 });
    expect(parseAxis("name=../a")).toEqual({ kind: "list", key: "name", values: ["../a"] });
  });

  it.each([
    ["learningRate", "it must be key=value,value,… or key=low..high"],
    ["=1,2", "it must be key=value,value,… or key=low..high"],
    ["rate=", "a value of rate is empty"],
    ["rate=1,,2", "a value of rate is empty"],
    ["rate=1,2,1", "1 is there twice"],
    ["rate=1..1", "a range goes from a number to a larger one"],
    ["rate=2..1", "a range goes from a number to a larger one"],
    ["width=1.2..3.4:int", "a range with :int goes from a whole number to another"],
    ["rate=0..1:log", "a range with :log begins above 0"],
  ])("refuses %s in one line", (text, why) => {
    expect(() => parseAxis(text)).toThrow(`--grid ${text}: ${why}`);
  });

  it("refuses a key that is there twice", () => {
    expect(() => checkAxes([parseAxis("a=1"), parseAxis("b=1"), parseAxis("a=2")])).toThrow("--grid: a is there twice");
  });
});

it("takes the same from an experiment", () => {
  const axes = axesOf({
    grid: { rate: [0.1, 0.5], on: [true, false], width: { low: 1, high: 9, int: true }, arm: ["a"] },
  });
  expect(axes).toEqual([
    parseAxis("rate=0.1,0.5"),
    parseAxis("on=true,false"),
    parseAxis("width=1..9:int"),
    parseAxis("arm=a"),
  ]);
  expect(() => axesOf({ grid: { rate: [1, 1] } })).toThrow("sweep.grid: rate: 1 is there twice");
});
