import { describe, expect, it } from "vitest";
import { openingSentence, type RunOutcome } from "../../src/view/opening-sentence.ts";

const run = (arm: string, testAccuracy: number | null, given: Partial<RunOutcome> = {}): RunOutcome => ({
  arm,
  seed: 0,
  status: "completed",
  loss: 1,
  trainAccuracy: 0.5,
  testAccuracy,
  ...given,
});

describe("openingSentence", () => {
  it("names the arm that leads, against the standard one, the seeds, and what the noise costs", () => {
    const arms = {
      standard: [0.32, 0.34],
      batchNorm: [0.56, 0.58],
      noisyBatchNorm: [0.5, 0.52],
      noisyStandard: [0.1, 0.1],
    };
    const runs = Object.entries(arms).flatMap(([arm, values]) =>
      values.map((value, seed) => run(arm, value, { seed })),
    );
    expect(openingSentence(runs)).toBe(
      "batchNorm leads: 57 % test accuracy against 33 % of standard, two seeds; the noise costs it 6 points.",
    );
  });

  it("goes by the seeds that have ended, where an arm has some, while others have just begun", () => {
    const begun = { seed: 1, status: "running" };
    const nothing = { status: "failed", loss: null, trainAccuracy: null };
    const runs = [
      run("standard", 0.32),
      run("standard", 0.1, begun),
      run("batchNorm", 0.49),
      run("batchNorm", 0.1, begun),
    ];
    expect(openingSentence(runs)).toBe(
      "So far batchNorm leads: 49 % test accuracy against 32 % of standard, one seed.",
    );
    expect(openingSentence([run("a", null, nothing), run("a", 0.1, begun), run("b", 0.2, begun)])).toBe(
      "So far b leads: 20 % test accuracy against 10 % of a, one seed; a (one of two) failed.",
    );
  });

  it("says so where a variant leads, and of any other treatment by its name", () => {
    expect(openingSentence([run("noisyBatchNorm", 0.6), run("batchNorm", 0.59)])).toBe(
      "noisyBatchNorm leads: 60 % test accuracy against 59 % of batchNorm, one seed; the noise gives it 1 point.",
    );
    expect(openingSentence([run("clippedStandard", 0.2), run("standard", 0.6)])).toBe(
      "standard leads: 60 % test accuracy against 20 % of clippedStandard, one seed; “clipped” costs it 40 points.",
    );
  });

  it("says that a variant costs nothing where it does not", () => {
    const runs = [run("batchNorm", 0.4), run("noisyBatchNorm", 0.4), run("standard", 0.2)];
    expect(openingSentence(runs)).toBe(
      "batchNorm leads: 40 % test accuracy against 20 % of standard, one seed; the noise costs it nothing.",
    );
  });

  it("compares with the next arm where there is no standard one, and with as few digits as tell them apart", () => {
    expect(openingSentence([run("a", 0.501), run("b", 0.499), run("c", 0.1)])).toBe(
      "a leads: 50.1 % test accuracy against 49.9 % of b, one seed.",
    );
    expect(openingSentence([run("a", 0.5), run("b", 0.5)])).toBe(
      "a and b are level at 50.0 % test accuracy, one seed.",
    );
  });

  it("doubts a lead whose seeds overlap, and counts seeds that differ in number", () => {
    const runs = [run("a", 0.6), run("a", 0.4, { seed: 1 }), run("b", 0.45)];
    expect(openingSentence(runs)).toBe(
      "a leads: 50 % test accuracy against 45 % of b, one to two seeds, though their seeds overlap.",
    );
  });

  it("is about one arm, one seed", () => {
    expect(openingSentence([run("mine", 0.331)])).toBe("mine reaches 33 % test accuracy, one seed.");
  });

  it("takes training accuracy where an arm has no test accuracy, and the loss where there is nothing else", () => {
    expect(openingSentence([run("a", 0.9, { trainAccuracy: 0.4 }), run("b", null, { trainAccuracy: 0.6 })])).toBe(
      "b leads: 60 % training accuracy against 40 % of a, one seed.",
    );
    const linear = { trainAccuracy: null };
    const runs = [
      run("standard", null, { ...linear, loss: 2.5e-7 }),
      run("batchNorm", null, { ...linear, loss: 1e-7 }),
    ];
    expect(openingSentence(runs)).toBe("batchNorm leads: loss 10⁻⁷ against 2.5×10⁻⁷ of standard, one seed.");
  });

  it("says what diverged, failed or was interrupted, and in how many of how many runs", () => {
    const gone = { testAccuracy: null, trainAccuracy: null, loss: NaN };
    const diverged = (arm: string, seed = 0) => run(arm, null, { ...gone, status: "diverged", seed });
    expect(openingSentence([run("b", 0.5), diverged("a")])).toBe("b reaches 50 % test accuracy, one seed; a diverged.");
    expect(openingSentence([run("b", 0.5), diverged("b", 1), run("a", 0.4)])).toBe(
      "b leads: 50 % test accuracy against 40 % of a, one seed; b (one of two) diverged.",
    );
    expect(openingSentence([diverged("a"), diverged("b")])).toBe("Every run diverged.");
    expect(openingSentence([diverged("a")])).toBe("The run of a diverged.");
    const others = [run("c", null, { ...gone, status: "failed" }), run("d", 0.2, { status: "interrupted" })];
    expect(openingSentence([run("b", 0.5), ...others])).toBe(
      "b leads: 50 % test accuracy against 20 % of d, one seed; c failed, d was interrupted.",
    );
  });

  it("gives no lead to what diverged, whatever numbers it had", () => {
    const diverged = (arm: string, testAccuracy: number, seed = 0) =>
      run(arm, testAccuracy, { status: "diverged", seed });
    expect(openingSentence([diverged("batchNorm", 0.9), diverged("standard", 0.2)])).toBe("Every run diverged.");
    expect(openingSentence([diverged("batchNorm", 0.9)])).toBe("The run of batchNorm diverged.");
    expect(openingSentence([diverged("a", 0.9), diverged("a", 0.9, 1), run("b", 0.5), run("c", 0.4)])).toBe(
      "b leads: 50 % test accuracy against 40 % of c, one seed; a diverged.",
    );
    expect(openingSentence([run("a", 0.6), diverged("a", 0.1, 1), run("b", 0.5)])).toBe(
      "a leads: 60 % test accuracy against 50 % of b, one seed; a (one of two) diverged.",
    );
    const first = run("b", null, { trainAccuracy: null, loss: null, status: "running" });
    expect(openingSentence([diverged("a", 0.9), first])).toBe("a diverged.");
  });

  it("says so far while runs go on, and that there is nothing where there is nothing", () => {
    expect(openingSentence([run("a", 0.5, { status: "running" }), run("b", 0.4)])).toBe(
      "So far a leads: 50 % test accuracy against 40 % of b, one seed.",
    );
    const nothing = { loss: null, trainAccuracy: null, status: "running" };
    expect(openingSentence([run("a", null, nothing)])).toBe("Nothing is measured yet.");
    expect(openingSentence([])).toBe("No runs yet.");
  });
});
