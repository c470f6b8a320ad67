import { expect, it } from "vitest";
import { isFound, runFilter } from "../../src/pages/parts/run-terms.ts";
import { aState } from "../fixtures/page.ts";

const RUN = aState({ arm: "batchNorm", seed: 3, hyper: { learningRate: 0.1, norm: "group" }, status: "completed" });

it.each([
  ["", true],
  ["batch", true],
  ["BATCHNORM completed", true],
  ["batch diverged", false],
  ["learningRate=0.1", true],
  ["learningRate=1e-1 seed>=3", true],
  ["learningRate>0.1", false],
  ["learningRate<=0.05", false],
  ["norm=group status!=running", true],
  ["norm=layer", false],
  ["landscape", false],
  ["experiment=landscape run=run", true],
  ["depth=16", false],
])("looking for %j, a run is found: %s", (wanted, found) => {
  expect(isFound(RUN, wanted)).toBe(found);
});

it.each([
  ['network="resnet 20"', true],
  ['"resnet 20" seed<4', true],
  ["seed==3", true],
  ["loss<0.5", true],
  ["loss<0.3", false],
  ["testAccuracy>0", false],
])("of names with spaces and of final numbers, %j finds the run: %s", (wanted, found) => {
  const run = { ...RUN, network: "resnet 20" };
  const filter = runFilter(wanted, [run], () => ({ loss: 0.4, testAccuracy: undefined }));
  expect(filter).toMatchObject({ problem: undefined });
  expect(filter.finds(run)).toBe(found);
});

it.each([
  ["loss<0.5", []],
  ["loss>0.5", ["large"]],
  ["loss=0", []],
  ["loss=nan", ["diverged"]],
  ["loss!=1", ["large", "diverged"]],
])("a number that is not there is none, and NaN no more than any: %j finds %j", (wanted, found) => {
  const losses = { absent: null, large: Infinity, diverged: NaN } as const;
  const runs = Object.keys(losses).map((runId) => ({ ...RUN, runId }));
  const filter = runFilter(wanted, runs, ({ runId }) => ({ loss: losses[runId as keyof typeof losses] }));
  expect(runs.filter(filter.finds).map(({ runId }) => runId)).toEqual(found);
});

it.each([
  ["seed<", "seed<: say with what, as in seed<3"],
  ["batch =3", "=3: say what is compared, as in seed=3"],
  ['network="deep', 'network="deep: the quotation mark is not closed'],
  ["learningrate=0.1", /^learningrate=0\.1: no run has learningrate; there are learningRate, norm, arm, seed, /],
  ["seed<abc", "seed<abc: seed is a number, abc is none"],
])("of %j, it says that %s", (wanted, problem) => {
  expect(runFilter(wanted, [RUN]).problem).toEqual(expect.stringMatching(problem));
});

it.each([
  ["tag=good", true],
  ["tag=GOOD tag=warm-up", true],
  ["tag=bad", false],
  ["tag!=good", false],
  ["tag!=bad", true],
  ["warm-up Tuesday", true],
  ['note="see tuesday"', true],
])("of tags and notes, %j finds the run: %s", (wanted, found) => {
  const run = { ...RUN, tags: ["good", "warm-up"], note: "see Tuesday" };
  expect(runFilter(wanted, [run, RUN])).toMatchObject({ problem: undefined });
  expect(isFound(run, wanted)).toBe(found);
  expect(isFound(RUN, wanted)).toBe(wanted.includes("!="));
});

it("leaves out what is not complete yet, and finds nothing by a name that no run has", () => {
  expect(runFilter("batch seed<", [RUN]).finds(RUN)).toBe(true);
  expect(runFilter("depth=16", [RUN]).finds(RUN)).toBe(false);
  expect(runFilter("constructor=1", [RUN]).finds(RUN)).toBe(false);
});
