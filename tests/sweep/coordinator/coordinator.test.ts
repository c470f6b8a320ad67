import { join } from "node:path";
import { NEVER } from "rxjs";
import { expect, it, onTestFinished } from "vitest";
import { Progress } from "../../../src/run/terminal/progress.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { Coordinator } from "../../../src/sweep/coordinator/coordinator.ts";
import type { Engine } from "../../../src/sweep/engine/engine.ts";
import { Ledger } from "../../../src/sweep/ledger/ledger.ts";
import { folderPlace } from "../../../src/sweep/place/folder-place.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { HandWritten, manifest, planned } from "../../fixtures/sweeps.ts";

/** A coordinator of one trial and an engine that loses what it is given, which is counted. */
async function forgetful(more: Partial<Engine>) {
  const folder = temporaryFolder();
  const store = await openStore(join(folder, "s.duckdb"));
  onTestFinished(() => store.close());
  const [ledger, place] = [new Ledger(store), folderPlace(join(folder, "place"))];
  await ledger.begin(manifest, {}, "slurm", "h");
  const progress = new Progress(process.stderr, { quiet: true });
  onTestFinished(() => progress.close());
  const handedOut: number[] = [];
  const engine: Engine = {
    lost: NEVER,
    open: () => Promise.resolve([]),
    enqueue: (trials) => Promise.resolve(void handedOut.push(trials.length)),
    withdraw: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...more,
  };
  const parts = { place, manifest, dataset: "d", store, hub: undefined, progress, ledger, engine };
  const coordinator = new Coordinator({ ...parts, failed: new Set(), reconcileMs: 1 });
  return { coordinator, handedOut, place };
}

it("gives up a trial whose tasks end before they begin, and says what the last of them wrote", async () => {
  const logOf = () => ({ file: "/s/batch-2/logs/0.txt", lastLine: "node: not found" });
  const { coordinator, handedOut } = await forgetful({ logOf });
  await expect(coordinator.train(0, [planned(4)])).rejects.toThrow(
    "sweep: 3 tasks for a seed 0 ended before they began to train; see /s/batch-2/logs/0.txt: node: not found",
  );
  expect(handedOut).toEqual([1, 1, 1]);
});

it.each([
  ["of which an attempt had begun", { logOf: () => undefined }, true],
  ["of an engine that lost its memory", {}, false],
])("hands a trial out as often as it takes %s", async (_which, more, hasBegun) => {
  const { coordinator, handedOut, place } = await forgetful(more);
  if (hasBegun) await HandWritten.begin(place, 1);
  const training = coordinator.train(0, [planned(4)]);
  await expect.poll(() => handedOut.length, { timeout: 10_000 }).toBeGreaterThan(4);
  coordinator.stop();
  await training;
});
