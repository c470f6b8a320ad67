import { expect, it } from "vitest";
import { criterionOf, measuredText } from "../../src/view/criterion.ts";

it.each([
  ["at most", false, 0.6, "≤ 0.6"],
  ["at most", true, 0.6, "< 0.6"],
  ["at least", false, 33.34, "≥ 33.3"],
  ["at least", true, -1, "> −1"],
  ["at most", false, 1e-9, "≤ 10⁻⁹"],
] as const)("%s, strict %s, %d is written %s", (passes, strict, threshold, text) => {
  expect(criterionOf({ passes, strict, threshold })).toBe(text);
});

it("has the unit of its number", () => {
  expect(criterionOf({ passes: "at least", strict: false, threshold: 2, unit: "points" })).toBe("≥ 2 points");
  expect([measuredText(0.4242, "×"), measuredText(null, "%"), measuredText(1e-9)]).toEqual(["0.424 ×", "–", "10⁻⁹"]);
});
