import { expect, it } from "vitest";
import type { Declaration } from "../../src/feed/client/index.ts";
import { queuedTrials, wholeProgress } from "../../src/pages/parts/whole-progress.ts";
import { aState } from "../fixtures/page.ts";

const declaration = (runIds: readonly (string | null)[], given: Partial<Declaration> = {}): Declaration => ({
  id: "d",
  experiment: "e",
  pipeline: "e.ts",
  steps: 100,
  hyper: { rate: 1 },
  arms: [{ arm: "standard", network: "n", layers: [], probes: null }],
  trials: runIds.map((runId, seed) => ({ arm: 0, seed, runId })),
  ...given,
});
const running = (runId: string, step: number, stepsPerSecond: number | null) =>
  aState({ runId, status: "running", step, stepsPerSecond });

it("counts what has ended, what is queued and how long all takes, over all experiments", () => {
  const runs = [aState({ runId: "a" }), running("b", 49, 5), aState({ runId: "of another process" })];
  const all = [declaration(["a", "b", null]), declaration([null], { id: "later", experiment: "other", steps: 50 })];
  expect(wholeProgress(all, runs)).toBe("1 of 4 runs ended, 2 queued, about 40 s left");
  expect(queuedTrials(all)).toEqual([
    { declaration: "d", experiment: "e", arm: "standard", seed: 2, steps: 100, hyper: { rate: 1 } },
    { declaration: "later", experiment: "other", arm: "standard", seed: 0, steps: 50, hyper: { rate: 1 } },
  ]);
});

it("says nothing of a store, nor when all has ended, and no time before there is a pace", () => {
  expect(wholeProgress([declaration(["a"], { hyper: null })], [running("a", 3, 1)])).toBeUndefined();
  expect(wholeProgress([declaration(["a"])], [aState({ runId: "a" })])).toBeUndefined();
  expect(wholeProgress([], [])).toBeUndefined();
  expect(wholeProgress([declaration(["a"])], [running("a", -1, null)])).toBe("0 of 1 run ended");
});
