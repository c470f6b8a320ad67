import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { StaleClaim, type EngineWorker } from "../../../../src/sweep/engine/engine.ts";
import { slurmWorker } from "../../../../src/sweep/engine/slurm/slurm-worker.ts";
import { waitFor } from "../../../fixtures/wait.ts";

const never = new AbortController().signal;
let batch: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "slurm-worker-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  batch = join(folder, "batch-0");
  mkdirSync(batch);
  writeFileSync(join(batch, "manifest.json"), JSON.stringify({ name: "s", chunks: [["other"], ["a", "b/ü:c"]] }));
});

/** The task of the second chunk, as Slurm starts it the first time or again. */
function task(restarts = 0): EngineWorker {
  const env = {
    GRADSTREAM_SLURM_BATCH: batch,
    SLURM_ARRAY_JOB_ID: "17",
    SLURM_ARRAY_TASK_ID: "1",
    SLURM_RESTART_COUNT: restarts === 0 ? undefined : String(restarts),
  };
  const worker = slurmWorker({ env, lookMs: 20 });
  onTestFinished(() => worker.close());
  return worker;
}

it("claims the trials of its own task, and then nothing", async () => {
  const worker = task();
  const [a, b] = [(await worker.claim(never))!, (await worker.claim(never))!];
  expect([a, b]).toMatchObject([
    { trialId: "a", attempt: 1, token: "17_1.0/a/1" },
    { trialId: "b/ü:c", attempt: 1 },
  ]);
  expect(await worker.claim(AbortSignal.timeout(100))).toBeUndefined();
  await worker.complete(a);
  await worker.complete(b);
  expect(await worker.claim(never)).toBeUndefined();
  await expect(worker.complete(b)).rejects.toBeInstanceOf(StaleClaim);
});

it("tries again what failed or was released, and no more what failed for good", async () => {
  const worker = task();
  await worker.fail((await worker.claim(never))!, "out of memory", true);
  const second = (await worker.claim(never))!;
  expect(second).toMatchObject({ trialId: "a", attempt: 2, token: "17_1.0/a/2" });
  await worker.release(second);
  const third = (await worker.claim(never))!;
  expect(third).toMatchObject({ trialId: "a", attempt: 3 });
  await worker.fail(third, "it cannot be trained", false);
  await worker.complete((await worker.claim(never))!);
  expect(await worker.claim(never)).toBeUndefined();
});

it("loses its trials to a later start of the task", async () => {
  const [before, after] = [task(), task(1)];
  const first = (await before.claim(never))!;
  const second = (await after.claim(never))!;
  expect(second).toMatchObject({ trialId: "a", attempt: 2, token: "17_1.1/a/2" });
  await waitFor(() => expect(first.signal.aborted).toBe(true));
  for (const late of [before.complete(first), before.fail(first, "late", false), before.release(first)])
    await expect(late).rejects.toBeInstanceOf(StaleClaim);
  expect(second.signal.aborted).toBe(false);
  await after.complete(second);
  expect(await before.claim(never)).toMatchObject({ trialId: "b/ü:c" });
});

it("refuses what comes late though it has not looked", async () => {
  const [before, after] = [task(), task(1)];
  const first = (await before.claim(never))!;
  await after.complete((await after.claim(never))!);
  await expect(before.complete(first)).rejects.toBeInstanceOf(StaleClaim);
});

it("gives back what it holds when it closes", async () => {
  const worker = task();
  const claim = (await worker.claim(never))!;
  await worker.close();
  expect(claim.signal.aborted).toBe(true);
  expect(await worker.claim(never)).toBeUndefined();
  expect(await task(1).claim(never)).toMatchObject({ trialId: "a", attempt: 2 });
});

it("is nothing outside a task", () => {
  expect(() => slurmWorker({ env: {} })).toThrow("slurm: this process is not a task of a sweep");
});
