import { expect, it } from "vitest";
import { claimsAnswer, claimsSentence } from "../../src/view/claims-sentence.ts";

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

it("is a sentence for each scale where there are several, each with what is not judged yet", () => {
  const small = { scale: "small", verdict: "reproduced" };
  const smoke = { scale: "smoke", verdict: "not testable" };
  const none = { scale: "", verdict: "not judged yet" };
  expect(claimsAnswer([small, none])).toBe("1 of 2 claims is reproduced, 1 is not judged yet.");
  expect(claimsAnswer([small, smoke, small, smoke, none])).toBe(
    "Scale small: 2 of 3 claims are reproduced, 1 is not judged yet. " +
      "Scale smoke: 0 of 3 claims are reproduced, 2 are not testable, 1 is not judged yet.",
  );
  expect(claimsAnswer([])).toBe("No claim is known here.");
});
