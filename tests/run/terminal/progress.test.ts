import { EventEmitter } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Recorded } from "../../../src/core/types.ts";
import type { Declaration } from "../../../src/feed/protocol/declaration.ts";
import { Progress } from "../../../src/run/terminal/progress.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A stream that keeps what is written, a terminal where it has columns. */
function screen(columns?: number, rows?: number): { stream: NodeJS.WriteStream; text: () => string } {
  let text = "";
  const write = (part: string): boolean => {
    text += part;
    return true;
  };
  const parts = { isTTY: columns !== undefined, columns, rows, write };
  const stream = Object.assign(new EventEmitter(), parts) as unknown as NodeJS.WriteStream;
  return { stream, text: () => text };
}

const records = (step: number): Recorded[] => [
  aReading(step, { value: 2.5 }),
  aReading(step, { probe: "accuracy", stat: "accuracy", value: 0.25 }),
  aReading(step, { probe: "moments", stat: "mean", layer: 1, value: 99 }),
];

it("prints a line every ten seconds and at the end where there is no terminal", () => {
  const { stream, text } = screen();
  const progress = new Progress(stream);
  const run = aRun();
  progress.started(run);
  vi.advanceTimersByTime(1000);
  progress.stepped(run, 1);
  vi.advanceTimersByTime(4000);
  progress.stepped(run, 21);
  progress.seen(run, records(20));
  expect(text()).toBe("");
  vi.advanceTimersByTime(5000);
  expect(text()).toBe("standard  step  21/100  loss 2.5   accuracy 25 %    5.0 steps/s  16 s left\n");
  progress.note("standard: a note");
  progress.ended(run, "completed");
  progress.close();
  progress.close();
  expect(text().split("\n").slice(1)).toEqual([
    "standard: a note",
    "standard  step 100/100  loss 2.5   accuracy 25 %    5.0 steps/s  completed",
    "",
  ]);
});

it.each([
  [120, "standard  step  21/100  loss 2.5   accuracy 25 %    5.0 steps/s  16 s left"],
  [60, "standard  step  21/100  loss 2.5   accuracy 25 %  16 s left"],
  [50, "standard  step  21/100  loss 2.5   accuracy 25 %"],
  [40, "standard   21/100  loss 2.5   25 %"],
  [30, "standard  21  2.5  25 %"],
  [20, "standard  21  2.5  "],
])("keeps to one line of a terminal of %i columns", (columns, line) => {
  const { stream, text } = screen(columns, 24);
  const progress = new Progress(stream);
  const run = aRun();
  progress.started(run);
  vi.advanceTimersByTime(1000);
  progress.stepped(run, 1);
  vi.advanceTimersByTime(4000);
  progress.stepped(run, 21);
  progress.seen(run, records(20));
  vi.advanceTimersByTime(200);
  const lines = stripVTControlCharacters(text()).split("\n");
  expect(lines.filter((shown) => shown.endsWith(line))).toHaveLength(1);
  progress.close();
});

it("leaves out runs that have ended where not all fit on the screen", () => {
  const { stream, text } = screen(80, 8);
  const progress = new Progress(stream);
  const runs = Array.from({ length: 7 }, (_, seed) => aRun({ runId: String(seed), seed }));
  for (const run of runs) {
    progress.started(run);
    if (run.seed < 5) progress.ended(run, "completed");
  }
  const before = text().length;
  progress.note("now");
  const after = text().slice(before);
  expect([after.includes("seed 4"), after.includes("seed 5"), after.includes("seed 6")]).toEqual([false, true, true]);
  progress.close();
});

it("says above the runs how far all of them are, queued ones too, and how long they will take", () => {
  const { stream, text } = screen();
  const progress = new Progress(stream);
  const declared = (...runIds: (string | null)[]): Declaration => ({
    id: "d",
    experiment: "e",
    pipeline: "e",
    steps: 100,
    hyper: {},
    arms: [{ arm: "standard", network: "n", layers: [], probes: null }],
    trials: runIds.map((runId, seed) => ({ arm: 0, seed, runId })),
  });
  const [first, second] = [aRun({ runId: "a" }), aRun({ runId: "b", seed: 1 })];
  progress.declared(declared(null, null, null));
  progress.declared(declared("a", null, null));
  progress.started(first);
  vi.advanceTimersByTime(4000);
  progress.stepped(first, 10);
  vi.advanceTimersByTime(4000);
  progress.stepped(first, 50);
  vi.advanceTimersByTime(2000);
  // 50 steps of this one and 200 of the queued ones, at 10 steps a second.
  expect(text().split("\n")[0]).toBe("0 of 3 runs ended, 2 queued, about 25 s left");
  progress.ended(first, "completed");
  progress.declared(declared("a", "b", null));
  progress.started(second);
  vi.advanceTimersByTime(10_000);
  expect(text()).toContain("\n1 of 3 runs ended, 1 queued\n");
  progress.declared(declared("a", "b"));
  progress.ended(second, "interrupted");
  vi.advanceTimersByTime(10_000);
  progress.close();
  expect(text().match(/ runs ended/g)).toHaveLength(2);
});

it("has no such line for one run alone, nor where quiet", () => {
  for (const quiet of [false, true]) {
    const { stream, text } = screen();
    const progress = new Progress(stream, { quiet });
    const arms = [{ arm: "standard", network: "n", layers: [], probes: null }];
    const trials = Array.from({ length: quiet ? 2 : 1 }, (_, seed) => ({
      arm: 0,
      seed,
      runId: seed === 0 ? "a" : null,
    }));
    progress.declared({ id: "d", experiment: "e", pipeline: "e", steps: 100, hyper: {}, arms, trials });
    progress.started(aRun({ runId: "a" }));
    vi.advanceTimersByTime(10_000);
    expect(text()).not.toContain("ended");
    progress.close();
  }
});
