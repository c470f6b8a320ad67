import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ConnectionState } from "../../src/feed/client/index.ts";
import { Refresher } from "../../src/pages/parts/refresher.ts";
import { aState } from "../fixtures/page.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const connection = { state: "live", epoch: "e" } as ConnectionState;
const runs = (count: number) => Array.from({ length: count }, (_, i) => aState({ runId: `r${i}` }));

it("asks again only when it has its answer, once for all that changed meanwhile", async () => {
  const answers: (() => void)[] = [];
  const refresher = new Refresher(() => new Promise((resolve) => answers.push(resolve)));
  refresher.update({ runs: [], connection });
  refresher.update({ runs: runs(1), connection });
  refresher.update({ runs: runs(2), connection });
  expect(answers).toHaveLength(1);
  answers[0]!();
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!();
  await vi.advanceTimersByTimeAsync(1000);
  refresher.update({ runs: runs(2), connection });
  expect(answers).toHaveLength(2);
  refresher.update({ runs: runs(2), connection }, "another");
  expect(answers).toHaveLength(3);
});
