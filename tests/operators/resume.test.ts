import { concat, map, take, type Observable } from "rxjs";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import type { Batch, Recorded } from "../../src/core/types.ts";
import { chooseArms } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { loss, mlp, probe, probes, sgd, shapes10, train, vgg } from "../../src/index.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { goneOn, interrupted, withoutTimes } from "../fixtures/interrupted.ts";
import pipeline from "../fixtures/pipelines/resumable.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

/** Records in an order of their own: within a step, a probe that failed comes last until the next interruption. */
const sorted = (records: readonly Recorded[]): string[] =>
  withoutTimes(records)
    .map((record) => JSON.stringify(record))
    .sort();

const data = shapes10({ train: 100, test: 10 });
type Changes = Partial<Record<keyof typeof pipeline.hyper, number | string | boolean>>;

/** The records of a trial whose batches before step `past` are made only when they are read. */
function trial(arm: string, changes: Changes = {}, past = 0): Observable<Recorded> {
  const hyper = { ...pipeline.hyper, ...changes } as typeof pipeline.hyper;
  const context = trialContext({
    arm: chooseArms(pipeline as never, hyper as never, [arm])[arm]!,
    seed: 3,
    data,
    past,
  });
  return pipeline.run({ ...hyper, ...context } as never);
}

onEachBackend(() => {
  describe.each([
    ["full", {}],
    ["full", { source: "own" }],
    ["plain", {}],
  ] as const)("a trial of arm %s, %o", (arm, changes) => {
    it("reads after an interruption at any step what it reads without one", async () => {
      const whole = sorted(await collect(trial(arm, changes)));
      expect(whole.length).toBeGreaterThan(60);
      for (const step of [1, 7, 14, 23]) {
        const { before, snapshot } = await interrupted(() => trial(arm, changes), step);
        expect(snapshot.step).toBe(step);
        const after = await goneOn(() => trial(arm, changes, step), snapshot);
        expect(sorted([...before, ...after])).toEqual(whole);
      }
    });
  });

  it("reads the same after two interruptions, and leaves no tensor behind", async () => {
    const whole = sorted(await collect(trial("full")));
    await expectNoLeak(async () => {
      const first = await interrupted(() => trial("full"), 5);
      const second = await interrupted(() => trial("full", {}, 5), 6, first.snapshot);
      expect(second.snapshot.step).toBe(11);
      const last = await goneOn(() => trial("full", {}, 11), second.snapshot);
      expect(sorted([...first.before, ...second.before, ...last])).toEqual(whole);
    });
  });
});

const training = () => train(mlp({ hidden: [4], classes: 3 }), sgd({ learningRate: 0.1 }), { seed: 0 });
const toy = () => toyBatches(6).pipe(training(), probes(loss()));

describe("going on", () => {
  it("trains nothing where all steps were done", async () => {
    const { snapshot } = await interrupted(toy, 6);
    expect(await goneOn(toy, snapshot)).toEqual([]);
  });

  it("refuses a source that gives other batches than before", async () => {
    const { snapshot } = await interrupted(toy, 3);
    const other = (batch: Batch): Batch => ({ ...batch, examples: batch.examples.map((value) => value + 1) });
    const again = goneOn(() => toyBatches(6).pipe(map(other), training(), probes(loss())), snapshot);
    await expect(again).rejects.toThrow(/^train: batch 2 is another than before the checkpoint/);
    await expect(again).rejects.toBeInstanceOf(UserError);
  });

  it("refuses what is of another network, another optimizer, or lacks a memory", async () => {
    const { snapshot } = await interrupted(toy, 3);
    const as = (network: ReturnType<typeof mlp>, probed = probes(loss())) => {
      return () => toyBatches(6).pipe(train(network, sgd({ learningRate: 0.1 }), { seed: 0 }), probed);
    };
    const wider = goneOn(as(mlp({ hidden: [5], classes: 3 })), snapshot);
    await expect(wider).rejects.toThrow(/checkpoint's params have layer1\/kernel of \[32,4\], which is \[32,5\]/);
    const deeper = goneOn(as(mlp({ hidden: [4, 4], classes: 3 })), snapshot);
    await expect(deeper).rejects.toThrow(/checkpoint's params/);
    const remembering = probe({ name: "mine", open: () => ({ measure: () => [], save: () => ({}) }) });
    const more = goneOn(as(mlp({ hidden: [4], classes: 3 }), probes(loss(), remembering)), snapshot);
    await expect(more).rejects.toThrow(/has no saved state for failures of mine/);
  });

  it.each([
    [
      "a probe that does not say what it remembers",
      5,
      () =>
        toyBatches(6).pipe(training(), probes(loss(), probe({ name: "mine", open: () => ({ measure: () => [] }) }))),
      /^probe mine keeps state between steps but has no save\(\)$/,
    ],
    ["more than one training", 8, () => concat(toy(), toy()), /^it trains more than once$/],
    [
      "batches with numbers of their own",
      5,
      () =>
        toyBatches(6).pipe(
          map((batch) => ({ ...batch, step: batch.step * 2 })),
          training(),
          probes(loss()),
        ),
      /^its batches are not numbered 0, 1, 2, …: one is 2$/,
    ],
  ])("takes no snapshot with %s, and says why", async (_what, steps, run, message) => {
    await expect(interrupted(run, steps)).rejects.toThrow(message);
  });

  it("makes no batch that is past unless somebody reads it", async () => {
    const reads: number[] = [];
    const { batches } = trialContext({ arm: { network: vgg() }, seed: 3, data, past: 15 });
    const [plain, past] = [
      await collect(
        trialContext({ arm: { network: vgg() }, seed: 3, data })
          .batches({ size: 10 })
          .pipe(take(18)),
      ),
      await collect(batches({ size: 10 }).pipe(take(18))),
    ];
    past.forEach((batch, i) => {
      const lazy = Object.getOwnPropertyDescriptor(batch, "examples")!.get !== undefined;
      if (lazy) reads.push(i);
    });
    expect(reads).toEqual(Array.from({ length: 15 }, (_, i) => i));
    expect(past.map((batch) => ({ ...batch }))).toEqual(plain);
  });
});
