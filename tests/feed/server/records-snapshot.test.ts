import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Recorded } from "../../../src/core/types.ts";
import { KnownSeries } from "../../../src/feed/server/known-series.ts";
import type { Outgoing } from "../../../src/feed/server/outgoing.ts";
import { recordsSnapshot } from "../../../src/feed/server/records-snapshot.ts";
import { Registry } from "../../../src/feed/server/registry.ts";
import { RecordSelection } from "../../../src/feed/server/selection.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { aRun, temporaryFolder } from "../../fixtures/runs.ts";

/** Events that one query looks through. */
const WINDOW = 4096;

const anEvent = (step: number): Recorded => ({ kind: "event", step, at: 0, level: "info", name: "e", message: "" });
const eventsFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => anEvent(first + i));
const steps = (count: number) => Array.from({ length: count }, (_, step) => step);

/** A store with events of runs that have ended, so many of each, and a snapshot of those of the last run. */
async function stored(...counts: readonly number[]) {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  const reader = await store.openReader();
  onTestFinished(async () => {
    await reader.close();
    await store.close();
  });
  for (const [i, count] of counts.entries()) {
    await store.startRun(aRun({ runId: `run-${i}` }));
    await store.append(`run-${i}`, eventsFrom(0, count));
    await store.finishRun(`run-${i}`, "completed", 1);
  }
  await store.flush();
  const registry = new Registry();
  for (const run of await reader.snapshot((moment) => moment.storedRuns())) registry.addRun(run, false);
  const filter = { runs: [`run-${counts.length - 1}`] };
  const { parts } = await recordsSnapshot({
    reader,
    registry,
    known: new KnownSeries(registry),
    selection: new RecordSelection({ type: "subscribe", id: 1, kind: "events", filter }, registry),
    kind: "events",
    every: undefined,
    signal: new AbortController().signal,
  });
  return { store, parts };
}

/** The steps of all events, in their order; after the first part `meanwhile` happens. */
async function stepsOf(parts: AsyncIterable<Outgoing> | Iterable<Outgoing>, meanwhile = async (): Promise<void> => {}) {
  const found: number[][] = [];
  for await (const part of parts) {
    if (!("events" in part)) continue;
    found.push(part.events.map(({ step }) => step));
    if (found.length === 1) await meanwhile();
  }
  return found;
}

it("reads each record once, window by window, as many as there were at the first moment", async () => {
  const count = 2 * WINDOW + 10;
  const { store, parts } = await stored(1000, count);
  const found = await stepsOf(parts, async () => {
    await store.append("run-1", eventsFrom(count, WINDOW));
    await store.flush();
  });
  expect(found.length).toBe(3);
  expect(found.flat()).toEqual(steps(count));
});

it("refuses what it has read of several windows where rows were removed between them", async () => {
  const { store, parts } = await stored(1000, 2 * WINDOW);
  const removed = stepsOf(parts, () => store.removeRuns(["run-0"]));
  await expect(removed).rejects.toThrow("feed: rows were removed while they were read");
});

it("has all of what fits into one window, whatever is removed after it was read", async () => {
  const { store, parts } = await stored(1000, WINDOW - 1100);
  const found = await stepsOf(parts, () => store.removeRuns(["run-0"]));
  expect(found).toEqual([steps(WINDOW - 1100)]);
});
