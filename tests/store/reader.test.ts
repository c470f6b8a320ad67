import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";

it("goes on reading for others, whenever one gives up", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  const reader = await store.openReader();
  onTestFinished(async () => {
    await reader.close();
    await store.close();
  });
  await store.startRun(aRun({ runId: "a" }));
  await store.append("a", [aReading(0), aReading(1)]);
  await store.flush();

  for (let round = 0; round < 300; round++) {
    const giving = new AbortController();
    const given = reader.snapshot(async (moment) => {
      const marks = await moment.marks("readings", ["a"]);
      setImmediate(() => giving.abort());
      return marks;
    }, giving.signal);
    await given.catch(() => undefined);
    giving.abort();
    expect(await reader.snapshot((moment) => moment.marks("readings", ["a"]))).toEqual(new Map([["a", 2]]));
  }
});
