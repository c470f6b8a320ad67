import { expect, it } from "vitest";
import { sparkline } from "../../../src/run/watch/sparkline.ts";

it("draws numbers as bars", () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline([5, 5])).toBe("▁▁");
  expect(sparkline([1, NaN, 0, Infinity])).toBe("█×▁×");
  expect(sparkline([])).toBe("");
});
