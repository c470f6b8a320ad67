import { expect, it } from "vitest";
import { criterionOf } from "../../src/view/criterion.ts";

it.each([
  ["at most", false, 0.6, "≤ 0.6"],
  ["at most", true, 0.6, "< 0.6"],
  ["at least", false, 33.34, "≥ 33.3"],
  ["at least", true, -1, "> -1"],
] as const)("%s, strict %s, %d is written %s", (is, strict, threshold, text) => {
  expect(criterionOf({ is, strict, threshold })).toBe(text);
});
