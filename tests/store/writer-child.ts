import { setImmediate } from "node:timers/promises";
import { openStore } from "../../src/store/open-store.ts";
import type { Reading, Run } from "../../src/core/types.ts";

const run: Run = {
  runId: "run-1",
  experiment: "e",
  pipeline: "p",
  arm: "a",
  seed: 0,
  hyper: {},
  steps: 1,
  backend: "cpu",
  dataset: "d",
  network: "n",
  codeVersion: "c",
  host: "h",
  startedAt: 0,
  attempt: 1,
};

const store = await openStore(process.argv[2] ?? "");
await store.startRun(run);
for (let count = 0; ;) {
  const records = Array.from({ length: 500 }, (): Reading => ({
    kind: "reading",
    step: count++,
    probe: "loss",
    stat: "loss",
    value: count,
  }));
  await store.append(run.runId, records);
  await store.flush();
  process.stdout.write(`${count}\n`);
  await setImmediate();
}
