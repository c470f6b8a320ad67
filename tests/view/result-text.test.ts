import { expect, it } from "vitest";
import { resultText } from "../../src/view/result-text.ts";

it.each([
  [0.1 + 0.2, "0.3"],
  [2 / 3, "0.6666667"],
  [123_456_789, "123456789"],
  [2n ** 60n, "1152921504606846976"],
  [NaN, "NaN"],
  [null, ""],
  ["a", "a"],
  [[1, 2], "[1,2]"],
])("a table shows %s as %s", (value, text) => {
  expect(resultText(value)).toBe(text);
});
