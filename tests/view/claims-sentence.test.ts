import { expect, it } from "vitest";
import { claimsSentence } from "../../src/view/claims-sentence.ts";

const times = (count: number, verdict: string): string[] => Array<string>(count).fill(verdict);

it("counts verdicts in one sentence, and leaves out those that there are none of", () => {
  const all = [...times(18, "reproduced"), ...times(2, "not reproduced"), "not testable"];
  expect(claimsSentence(all)).toBe("18 of 21 claims are reproduced, 2 are not, 1 is not testable.");
  expect(claimsSentence(["reproduced"])).toBe("1 of 1 claim is reproduced.");
  expect(claimsSentence(["not reproduced", "not judged yet"])).toBe(
    "0 of 2 claims are reproduced, 1 is not, 1 is not judged yet.",
  );
  expect(claimsSentence(times(3, "not judged yet"))).toBe("None of 3 claims is judged yet.");
  expect(claimsSentence([])).toBe("No claim is known here.");
});
