import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
// The threads compile with it. It must not be unloaded between them, which the command line's own use of it prevents.
import "@swc/core";
import type { Recorded, Sink } from "../../../src/core/types.ts";
import { shapes10 } from "../../../src/data/shapes10.ts";
import { identityOf } from "../../../src/run/runner/identity.ts";
import { startTrial } from "../../../src/run/runner/run-trial.ts";
import { CREDITS, type TrialOrder } from "../../../src/run/worker/protocol.ts";
import { memorySink } from "../../../src/sinks/memory-sink.ts";
import { pipeline } from "../../fixtures/command-line.ts";
import { aRun } from "../../fixtures/runs.ts";

const order = (steps: number): TrialOrder => ({
  pipeline: pipeline("chatty"),
  arm: "a",
  seed: 0,
  hyper: { steps, each: 600 },
  data: shapes10({ train: 10, test: 10 }),
  backend: "cpu",
});
const run = aRun();

const counts = (records: readonly Recorded[] = []): number[] =>
  records.flatMap((record) => (record.kind === "reading" && record.probe === "count" ? record.value : []));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("startTrial", () => {
  it("lets a slow sink set the pace: the thread is never more than its credits ahead", async () => {
    const [fast, slow] = [memorySink(), memorySink()];
    let [taken, ahead, steps] = [0, 0, 0];
    const sluggish: Sink = (records, run) =>
      slow(
        (async function* () {
          for await (const chunk of records) {
            await setTimeout(20);
            taken += 1;
            yield chunk;
          }
        })(),
        run,
      );
    const onSteps = (count: number): void => {
      steps = count;
      ahead = Math.max(ahead, count - taken);
    };
    const { outcome } = startTrial(order(60), run, [fast, sluggish], {
      onSteps,
      onText: () => undefined,
      onTraining: () => undefined,
    });
    expect(await outcome).toEqual({ status: "completed" });
    expect(steps).toBe(60);
    expect(ahead).toBeGreaterThan(2);
    expect(ahead).toBeLessThanOrEqual(CREDITS + 1);
    for (const { records } of [fast, slow]) expect(counts(records.get(run.runId))).toEqual(upTo(60 * 600));
  });

  it("passes an event to every sink in the same place among the records, and takes none after the end", async () => {
    const [fast, slow] = [memorySink(), memorySink()];
    const sluggish: Sink = (records, run) =>
      slow(
        (async function* () {
          for await (const chunk of records) {
            await setTimeout(10);
            yield chunk;
          }
        })(),
        run,
      );
    const event = { kind: "event", step: 0, at: 0, level: "info", name: "noted", message: "noted" } as const;
    const taken: boolean[] = [];
    const trial = startTrial(order(20), run, [fast, sluggish], {
      onSteps: (steps) => [5, 10, 15].includes(steps) && taken.push(trial.note({ ...event, step: steps })),
      onText: () => undefined,
      onTraining: () => undefined,
    });
    await trial.outcome;
    expect(taken).toEqual([true, true, true]);
    expect(trial.note(event)).toBe(false);
    const [of, other] = [fast, slow].map(({ records }) => records.get(run.runId)!);
    expect(of!.filter(({ kind }) => kind === "event").map(({ step }) => step)).toEqual([5, 10, 15]);
    expect(of!.findIndex(({ kind }) => kind === "event")).toBeLessThan(of!.length - 600);
    expect(other).toEqual(of);
  });

  it("ends as failed when a sink throws; the other sinks keep what came before", async () => {
    const kept = memorySink();
    const full: Sink = async (records) => {
      let chunks = 0;
      for await (const chunk of records) if (chunk.length > 0 && ++chunks > 3) throw new Error("disk full");
    };
    const { outcome } = startTrial(order(1e6), run, [full, kept], {
      onSteps: () => undefined,
      onText: () => undefined,
      onTraining: () => undefined,
    });
    expect(await outcome).toEqual({ status: "failed", message: "recording failed: disk full", isUserError: false });
    const values = counts(kept.records.get(run.runId));
    expect(values.length).toBeGreaterThanOrEqual(3 * 600);
    expect(values).toEqual(upTo(values.length));
  });

  it("ends as interrupted when stopped, before the first record or after", async () => {
    const quiet = { onSteps: () => undefined, onText: () => undefined, onTraining: () => undefined };
    const early = startTrial(order(1e6), run, [memorySink()], quiet);
    early.stop();
    expect(await early.outcome).toEqual({ status: "interrupted" });

    const kept = memorySink();
    const late = startTrial(order(1e6), run, [kept], { ...quiet, onSteps: (steps) => steps > 5 && late.stop() });
    expect(await late.outcome).toEqual({ status: "interrupted" });
    const values = counts(kept.records.get(run.runId));
    expect(values.length).toBeGreaterThanOrEqual(4 * 600);
    expect(values).toEqual(upTo(values.length));
  });

  it("ends as failed when a checkpoint cannot be dealt with, and the sinks have what came before", async () => {
    const file = pipeline("resumable");
    const resumable = {
      ...order(1e6),
      pipeline: file,
      arm: "plain",
      hyper: { steps: 1e6, size: 8, pause: 0, source: "batches", tells: true, heavy: 5 },
    };
    const root = mkdtempSync(join(tmpdir(), "gradstream-checkpoints-"));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const identity = identityOf({ ...run, arm: "plain" }, file, resumable.data);
    const kept = memorySink();
    const { outcome } = startTrial(
      { ...resumable, checkpoints: { every: { steps: 1 }, root, identity } },
      run,
      [kept],
      {
        onSteps: () => undefined,
        onText: () => undefined,
        onTraining: () => undefined,
        onCheckpoint: () => Promise.reject(new Error("disk full")),
      },
    );
    expect(await outcome).toEqual({ status: "failed", message: "recording failed: disk full", isUserError: false });
    expect(kept.records.get(run.runId)).not.toHaveLength(0);
  });
});
