import { join } from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { prunedRuns } from "../../src/store/prune-runs.ts";
import { aRun, temporaryFolder } from "../fixtures/runs.ts";

it("keeps the newest of each data set, backend and network, which are not versions of each other", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  for (const [i, [runId, rest]] of Object.entries({
    old: {},
    other: { dataset: "shapes10" },
    wasm: { backend: "wasm" },
    wide: { network: "wide" },
    newest: {},
  }).entries()) {
    await store.startRun(aRun({ runId, startedAt: i, ...rest }));
    await store.finishRun(runId, "completed", i + 1);
  }
  expect((await prunedRuns(store, {}, true)).map(({ runId }) => runId)).toEqual(["old"]);
  expect((await prunedRuns(store, {}, false)).map(({ runId }) => runId)).toHaveLength(5);
  await store.close();
});
