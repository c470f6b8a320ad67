import { describe, expect, it } from "vitest";
import { columns, overlay, recordAt, ridges, valuesIn } from "../../src/pages/parts/histogram-contents.ts";
import { aState } from "../fixtures/page.ts";

const RECORDS = [
  { step: 0, lo: -1, hi: 1, counts: [1, 3] },
  { step: 50, lo: -4, hi: 2, counts: [2, 2] },
];
const CURVE = { name: "a", arm: "a", place: 0, dash: 0, runs: [aState({ step: 59 })] };

describe("histograms", () => {
  it("over the steps end with the run and say their numbers", () => {
    const { cells, describe: told } = columns(RECORDS, CURVE, 60);
    expect([...cells!.x1.subarray(0, 4)]).toEqual([50, 50, 60, 60]);
    expect(told!(undefined)).toBe("from −4 to 2, middle half −2.5 to 0.5");
    expect(valuesIn(RECORDS)).toEqual([-4, 2]);
  });

  it("as ridges stand from the first step at the top to the last at 0, the one chosen filled", () => {
    const { lines = [], axes } = ridges(RECORDS, CURVE, 20);
    const bands = lines.filter(({ kind }) => kind === "band");
    expect(bands.map(({ low, strong }) => [low![0], strong])).toEqual([[0.7, true], [0, false]]); // prettier-ignore
    const [first, last] = bands;
    // Shares of 0.25 and 0.75 over bins of 1; of a half over bins of 3: the highest is 0.75.
    expect([...first!.high!].map((value) => value - 0.7)).toEqual([0, 0.1, 0.3, 0].map((value) => expect.closeTo(value, 9) as number)); // prettier-ignore
    expect(last!.high![1]).toBeCloseTo(0.3 * (0.5 / 3 / 0.75), 9);
    expect(axes?.y?.domain).toEqual([0, 1]);
    expect(first!.colour).not.toBe(last!.colour);
  });

  it("of several arms lie over each other at the step chosen", () => {
    const { lines = [] } = overlay([[CURVE, RECORDS], [{ ...CURVE, name: "b" }, []]], 49); // prettier-ignore
    expect(lines.map(({ stat, x, y }) => [stat, [...x], [...y!]])).toEqual([["step 0", [-1, -0.5, 0.5, 1], [0, 0.25, 0.75, 0]]]); // prettier-ignore
    expect(recordAt(RECORDS)?.step).toBe(50);
    expect(recordAt(RECORDS, 49)?.step).toBe(0);
  });
});
