import { expect, it, vi } from "vitest";
import { OneAtATime } from "../../src/pages/parts/one-at-a-time.ts";

it("asks again only when it has its answer, once for all that was asked meanwhile", async () => {
  const answers: (() => void)[] = [];
  const questions = new OneAtATime(() => new Promise((resolve) => answers.push(resolve)));
  const asked = [questions.ask(), questions.ask(), questions.ask()];
  expect([answers.length, questions.isAsking]).toEqual([1, true]);
  answers[0]!();
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!();
  await Promise.all(asked);
  expect([answers.length, questions.isAsking]).toEqual([2, false]);
  void questions.ask();
  expect(answers).toHaveLength(3);
});
