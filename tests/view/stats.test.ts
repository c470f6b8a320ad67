import { describe, expect, it } from "vitest";
import { THEORY_STATS } from "../../src/core/theory-stats.ts";
import { goodWay, statName } from "../../src/view/stats.ts";

describe("goodWay", () => {
  it("explains each stat of the theory by its own words and which way is good", () => {
    const said = THEORY_STATS.map(({ stat }) => goodWay(`theory / ${stat}`));
    expect(new Set(said).size).toBe(THEORY_STATS.length);
    said.forEach((words, i) => {
      const { meaning, good } = THEORY_STATS[i]!;
      expect(words).toContain(meaning);
      expect(words).toMatch({ zero: /0 is exact/, "not negative": /0 or more/, neither: /Neither/ }[good]);
    });
  });

  it("says of a stat that nobody explained where it came from", () => {
    expect(goodWay("mine / roughness")).toContain("the probe mine read as roughness");
  });
});

it("statName writes a stat as words", () => {
  expect(statName("gradient_norm")).toBe("gradient norm");
  expect(statName("l2")).toBe("l2, the difference");
});
