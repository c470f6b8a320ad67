import { describe, expect, it } from "vitest";
import { lastPlace, placeOf, valueAtPlace, type SliderRange } from "../../src/view/slider-places.ts";

const valuesOf = (range: SliderRange): number[] =>
  Array.from({ length: lastPlace(range) + 1 }, (_, place) => valueAtPlace(range, place));

describe("places of a slider", () => {
  it.each<[string, SliderRange]>([
    ["even", { low: 0, high: 2 }],
    ["negative", { low: -3, high: -1 }],
    ["stepped", { low: 0, high: 2, step: 0.1 }],
    ["stepped with a rest", { low: 1, high: 10, step: 4 }],
    ["whole", { low: 1, high: 12, step: 1 }],
    ["logarithmic", { low: 1e-4, high: 1, log: true }],
    ["logarithmic and wide", { low: 1e-300, high: 1e300, log: true }],
    ["logarithmic and narrow", { low: 1000, high: 1001, log: true }],
    ["narrow", { low: 1000, high: 1000.001 }],
    ["far", { low: -1e307, high: 1e307 }],
    ["tiny", { low: 0, high: 1e-320 }],
  ])("of an %s range rise from end to end, and each is the place of its value", (_, range) => {
    const values = valuesOf(range);
    expect(values[0]).toBe(range.low);
    if (range.step === undefined) expect(values.at(-1)).toBe(range.high);
    expect(values.at(-1)).toBeLessThanOrEqual(range.high);
    values.forEach((value, place) => {
      expect(placeOf(range, value)).toBe(place);
      if (place > 0) expect(value).toBeGreaterThan(values[place - 1]!);
    });
  });

  it("have values without the digits of rounding", () => {
    expect(valuesOf({ low: 0, high: 1, step: 0.1 })).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(valueAtPlace({ low: 0, high: 2 }, 29)).toBe(0.29);
    expect(valueAtPlace({ low: 1e-4, high: 1, log: true }, 100)).toBe(0.01);
    expect(valueAtPlace({ low: 1e-4, high: 1, log: true }, 101)).toBe(0.0105);
  });

  it("of a value are the nearest, at an end where it is beyond", () => {
    const range = { low: 0, high: 10, step: 2 };
    expect([-5, 0.9, 1.1, 9.5, 30].map((value) => placeOf(range, value))).toEqual([0, 0, 1, 5, 5]);
    expect(placeOf({ low: 1, high: 100, log: true }, 10)).toBe(100);
    expect(placeOf({ low: 1, high: 100, log: true }, 1e9)).toBe(200);
  });
});
