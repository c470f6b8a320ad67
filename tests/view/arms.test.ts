import { describe, expect, it } from "vitest";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { armsInOrder, placesOf } from "../../src/view/arms.ts";
import { palette, stepColour, variables } from "../../src/view/palette.ts";

const { arms: KNOWN } = SANTURKAR_2018;

describe("arms", () => {
  it("keep the places of the paper's and never meet in one figure", () => {
    const five = placesOf(["lInfNorm", "l2Norm", "l1Norm", "batchNorm", "standard"], KNOWN);
    expect(new Set(five.values()).size).toBe(5);
    expect(placesOf(["batchNorm"], KNOWN).get("batchNorm")).toBe(five.get("batchNorm"));
    const rates = placesOf(["standard, lr 0.1", "batchNorm, lr 0.1", "standard, lr 0.5", "batchNorm, lr 0.5"], KNOWN);
    expect(rates.get("batchNorm, lr 0.1")).toBe(five.get("batchNorm"));
    expect(new Set(rates.values()).size).toBe(4);
  });

  it("share colours only when there are more of them", () => {
    const many = placesOf(Array.from({ length: 11 }, (_, i) => `arm ${i}`));
    expect(new Set(many.values()).size).toBe(8);
    expect(Math.max(...many.values())).toBe(7);
  });

  it("are listed in the paper's order, others as they come", () => {
    expect(armsInOrder(["mine", "l2Norm", "batchNorm, lr 0.5", "mine", "a", "standard"], KNOWN)).toEqual([
      "standard",
      "batchNorm, lr 0.5",
      "l2Norm",
      "mine",
      "a",
    ]);
    expect(armsInOrder(["wide", "standard"], { wide: 3 })).toEqual(["wide", "standard"]);
    expect(placesOf(["wide", "standard"], { wide: 3 })).toEqual(new Map([["wide", 3], ["standard", 0]])); // prettier-ignore
  });
});

describe("colours", () => {
  it("are the same as variables of CSS and by name", () => {
    for (const side of ["light", "dark"] as const) {
      const [colours, named] = [palette(side), variables(side)];
      expect([named["--muted"], named["--arm-3"]]).toEqual([colours.muted, colours.arm(3)]);
    }
  });

  it("run from nothing to much, and from blue to red", () => {
    expect(palette("light").ramp(0, 1)).toBe("rgb(255,255,255)");
    expect(palette("light").ramp(1, 1)).toBe("rgb(209,80,10)");
    expect([stepColour(0), stepColour(1)]).toEqual(["rgb(38,112,226)", "rgb(222,56,48)"]);
  });
});
