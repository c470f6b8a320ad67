import { EMPTY } from "rxjs";
import { expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { boundsOf, type ExperimentMeasure } from "../../src/experiment/claim.ts";
import { checkExperiment, chooseArms, experiment } from "../../src/experiment/experiment.ts";
import { mlp } from "../../src/nn/mlp.ts";

const measure: ExperimentMeasure = { what: "loss", sql: "FROM reading", atMost: 1, why: "Chance is more." };

const claiming = (...measures: readonly object[]): unknown => ({
  ...experiment({
    hyper: { steps: 10 },
    arms: () => ({ a: { network: mlp() }, b: { network: mlp() } }),
    run: () => EMPTY,
  }),
  claims: { learns: { statement: "It learns.", measures } },
});

const refused = (candidate: unknown): string => {
  try {
    checkExperiment(candidate, "mine.ts");
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error("should have been refused");
};

it.each([
  [{ ...measure, sql: " \n" }, "measures.0.sql: must not be empty"],
  [{ ...measure, why: "" }, "measures.0.why: must not be empty"],
  [{ ...measure, atMost: undefined }, "measures.0: must have a bound, one of atLeast, above, atMost, below"],
  [{ ...measure, atMost: NaN }, "measures.0.atMost: Invalid input: expected number, received NaN"],
  [{ ...measure, below: 1 }, "measures.0: must have one bound of atMost and below, and one of atLeast and above"],
  [{ ...measure, arms: [] }, "measures.0.arms: Too small: expected array to have >=1 items"],
  [{ ...measure, published: 1 }, 'measures.0: Unrecognized key: "published"'],
])("refuses the measure %j in one line", (given, message) => {
  expect(refused(claiming(given))).toBe(`mine.ts: the default export is not an experiment: claims.learns.${message}`);
});

it("refuses a claim without measures, or without a statement", () => {
  const where = "mine.ts: the default export is not an experiment: claims";
  expect(refused(claiming())).toBe(`${where}.learns.measures: must have a measure`);
  const silent = { ...(claiming(measure) as object), claims: { learns: { measures: [measure] } } };
  expect(refused(silent)).toBe(`${where}.learns.statement: Invalid input: expected string, received undefined`);
});

it("refuses claims about an arm that there is not, whichever arms were chosen", () => {
  const mistaken = checkExperiment(claiming(measure, { ...measure, arms: ["a", "batchnorm"] }), "mine.ts");
  expect(() => chooseArms(mistaken, mistaken.hyper, ["a"])).toThrow(
    new UserError('claims.learns: no arm "batchnorm"; there are a, b'),
  );
});

it("takes bounds on both sides for two", () => {
  expect(boundsOf({ ...measure, above: 0 })).toEqual([{ above: 0 }, { atMost: 1 }]);
});
