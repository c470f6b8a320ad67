import { expect, it } from "vitest";
import { seedList } from "../../../src/run/command-line/options.ts";

it.each([
  ["7", [7]],
  ["7,8,9", [7, 8, 9]],
  [" 9, 0-2 ", [9, 0, 1, 2]],
  ["2147483647", [2147483647]],
])("reads seeds by value: %s", (text, seeds) => {
  expect(seedList(text)).toEqual(seeds);
});

it.each([
  ["-1", /from 0 to 2147483647, such as 7 or 7,8,9 or 7-9/],
  ["1.5", /such as 7/],
  ["", /such as 7/],
  ["7,", /such as 7/],
  ["9-7", /such as 7/],
  ["2147483648", /from 0 to 2147483647/],
  ["7,6-8", /Seed 7 is there twice/],
  ["0-10000", /more than 10000 seeds/],
])("refuses seeds that are none: %s", (text, message) => {
  expect(() => seedList(text)).toThrow(message);
});
