import { expect, it } from "vitest";
import { badgeOf, newsOf } from "../../src/pages/parts/news-of.ts";
import { aState } from "../fixtures/page.ts";

const running = (runId: string, step = 49) => aState({ runId, arm: runId, status: "running", step });
const ended = (runId: string, status: "completed" | "diverged" | "interrupted" = "completed") =>
  aState({ runId, arm: runId, status, step: status === "diverged" ? 12 : 99 });
const BEFORE = new Map([
  ["a", "running"],
  ["b", "running"],
]);

it("tells of a divergence at once, of ends when all have ended, and of nothing that it did not see going", () => {
  expect(newsOf(BEFORE, [running("a"), running("b")])).toBeUndefined();
  expect(newsOf(BEFORE, [ended("a"), running("b")])).toBeUndefined();
  expect(newsOf(BEFORE, [ended("a", "diverged"), running("b")])).toBe("a, seed 0, diverged at step 12");
  expect(newsOf(BEFORE, [ended("a", "diverged"), ended("b")])).toBe(
    "a, seed 0, diverged at step 12; all runs have ended",
  );
  expect(newsOf(BEFORE, [ended("a"), ended("b")])).toBe("all runs have ended");
  expect(newsOf(new Map([["a", "running"]]), [ended("a", "interrupted")])).toBe("a is interrupted");
  expect(newsOf(new Map(), [ended("a"), ended("b", "diverged")])).toBeUndefined();
});

it("takes nothing for over while trials wait", () => {
  expect(newsOf(BEFORE, [ended("a"), ended("b")], 3)).toBeUndefined();
  expect(newsOf(BEFORE, [ended("a", "diverged"), ended("b")], 3)).toBe("a, seed 0, diverged at step 12");
  expect(badgeOf([ended("a"), ended("b")], [{ steps: 100 }, { steps: 100 }])).toBe("50 % ");
});

it("has a badge for the title: how far, and how it ended", () => {
  expect(badgeOf([])).toBe("");
  expect(badgeOf([running("a"), ended("b")])).toBe("75 % ");
  expect(badgeOf([running("a"), ended("b", "diverged")])).toBe("⚠ 75 % ");
  expect(badgeOf([ended("a"), ended("b", "interrupted")])).toBe("✓ ");
  expect(badgeOf([ended("a"), ended("b", "diverged")])).toBe("⚠ ");
  expect(badgeOf([running("a", -1)])).toBe("0 % ");
});
