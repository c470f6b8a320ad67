import { expect, it } from "vitest";
import { earlyStopOf, parseEarlyStop } from "../../../src/sweep/plan/early-stop.ts";

it("reads a rule, its stat and which way is good", () => {
  expect(parseEarlyStop("median")).toEqual({ rule: "median", metric: "loss", isMax: false });
  expect(parseEarlyStop("median:test_accuracy")).toEqual({ rule: "median", metric: "test_accuracy", isMax: true });
  expect(parseEarlyStop("divergence:l2:min")).toEqual({ rule: "divergence", metric: "l2", isMax: false });
});

it("puts rules together, and refuses what makes no sense", () => {
  expect(earlyStopOf([], undefined)).toBeUndefined();
  expect(earlyStopOf(["median"], 5)).toEqual({
    rules: [{ rule: "median", metric: "loss", isMax: false }],
    grace: 5,
  });
  const refused: readonly (readonly [readonly string[], string])[] = [
    [["mean"], "--early-stop mean: it must be median or divergence"],
    [["median:"], "--early-stop median:: it must be a stat"],
    [["median:loss:up"], "--early-stop median:loss:up: it must be a stat"],
    [["divergence:accuracy"], "--early-stop divergence:accuracy: what diverges is a stat of which less is better"],
    [["median", "median:loss"], "--early-stop: median:loss is there twice"],
    [[], "--grace: there is no rule"],
  ];
  for (const [texts, why] of refused) expect(() => earlyStopOf(texts, 1), texts.join()).toThrow(why);
});
