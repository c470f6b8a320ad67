import { describe, expect, it } from "vitest";
import { type Ends, extent } from "../../src/view/scale.ts";
import { beyondOf, withoutStrays } from "../../src/view/strays.ts";

const most = (...lines: readonly (readonly number[])[]) =>
  withoutStrays(
    lines.map((values) => ({ values, from: 0, to: values.length })),
    lines.reduce<Ends>((ends, values) => extent(values, false, ends), extent([])),
  );
/** A loss that falls from 2.5 to 1. */
const falling = Array.from({ length: 200 }, (_, i) => 1 + 1.5 * Math.exp(-i / 40));

describe("an axis without strays", () => {
  it("leaves out the few values of a run that ran away, on the side where they are", () => {
    expect(most(falling, [2.5, 3, 9, 1e6, 1e16])).toEqual([Math.min(...falling), 3]);
    expect(most(falling, [-0.5, -1e300])).toEqual([-0.5, 2.5]);
    const [low, high] = most(falling, [1e9, -1e9]);
    expect([low >= -2, high <= 5.5]).toEqual([true, true]);
  });

  it("is that of all where they are many, near, or where there are few values in all", () => {
    expect(
      most(
        falling,
        Array.from({ length: 25 }, () => 1e6),
      )[1],
    ).toBe(1e6);
    expect(most(falling, [9])[1]).toBe(9);
    expect(most([2.5, 3, 9, 1e6, 1e16])).toEqual([2.5, 1e16]);
    expect(most([], [])).toEqual([Infinity, -Infinity]);
  });

  it("passes over what is no number, and looks only where it is told to", () => {
    expect(most([...falling, NaN, Infinity, -Infinity])).toEqual([Math.min(...falling), 2.5]);
    const values = [...falling, 1e9];
    expect(withoutStrays([{ values, from: 193, to: 201 }], [1, 1e9])).toEqual([1, 1e9]);
    expect(withoutStrays([{ values, from: 0, to: 201 }], [1, 1e9])[1]).toBe(2.5);
  });

  it("holds for a constant, and for very many values", () => {
    expect(most([...Array.from({ length: 100 }, () => 7), 1e12])).toEqual([7, 7]);
    const many = Array.from({ length: 300_000 }, (_, i) => Math.sin(i));
    many[12] = 1e30;
    const [low, high] = most(many);
    expect([low, high].map((end) => end.toFixed(6))).toEqual(["-1.000000", "1.000000"]);
  });
});

it("says what lies beyond an axis", () => {
  expect(beyondOf([0, 10], [0, 10])).toEqual({});
  expect(beyondOf([-1, 12], [0, 10])).toEqual({ least: -1, largest: 12 });
  expect(beyondOf([1, 12], [0, 10])).toEqual({ largest: 12 });
  expect(beyondOf(undefined, [0, 10])).toEqual({});
});
