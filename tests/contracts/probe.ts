import { from, ignoreElements, map, pipe, tap, type OperatorFunction } from "rxjs";
import { expect, it } from "vitest";
import type { Step } from "../../src/core/live.ts";
import type { Schedule } from "../../src/core/schedule.ts";
import type { Recorded } from "../../src/core/types.ts";
import { batchNorm } from "../../src/nn/batch-norm.ts";
import { mlp } from "../../src/nn/mlp.ts";
import { probes } from "../../src/operators/probes.ts";
import { train } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { goneOn, interrupted, withoutTimes } from "../fixtures/interrupted.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

export const toyTraining = (): OperatorFunction<
  ReturnType<typeof import("../fixtures/toy-batches.ts").toyBatch>,
  Step
> =>
  train(mlp({ hidden: [6, 5], classes: 3, norm: batchNorm }), sgd({ learningRate: 0.1, weightDecay: 1e-3 }), {
    seed: 1,
  });

/** What every probe must do, whatever it measures. */
export function probeContract(name: string, make: (when?: Schedule) => OperatorFunction<Step, Recorded>): void {
  it("carries the name its readings have", () => {
    expect(make().name).toBe(name);
  });

  it("gives plain records of the step it measures, the same each time", async () => {
    const records = await collect(toyBatches(3).pipe(toyTraining(), make()));
    expect(records.length).toBeGreaterThanOrEqual(3);
    expect(structuredClone(records)).toEqual(records);
    expect([...new Set(records.map(({ step }) => step))]).toEqual([0, 1, 2]);
    for (const record of records) if (record.kind === "reading") expect(record.probe).toBe(name);
    expect(await collect(toyBatches(3).pipe(toyTraining(), make()))).toEqual(records);
  });

  it("keeps its schedule", async () => {
    const records = await collect(toyBatches(6).pipe(toyTraining(), make({ every: 3, last: 5 })));
    expect([...new Set(records.map(({ step }) => step))]).toEqual([0, 3, 5]);
  });

  it("does not change training, and leaves no tensor behind", async () => {
    const weights = map((s: Step) => [...s.next["layer2/kernel"]!.dataSync()]);
    const plain = await collect(toyBatches(4).pipe(toyTraining(), weights));
    const watched: unknown[] = [];
    await expectNoLeak(() =>
      collect(
        toyBatches(4).pipe(
          toyTraining(),
          probes(make(), (steps) =>
            steps.pipe(
              weights,
              tap((w) => watched.push(w)),
              ignoreElements(),
            ),
          ),
        ),
      ),
    );
    expect(watched).toEqual(plain);
  });

  it("reads after an interruption what it reads without one", async () => {
    const whole = await collect(toyBatches(5).pipe(toyTraining(), probes(make())));
    const { before, snapshot } = await interrupted(() => toyBatches(5).pipe(toyTraining(), probes(make())), 3);
    const after = await goneOn(() => toyBatches(5).pipe(toyTraining(), probes(make())), snapshot);
    expect(withoutTimes([...before, ...after])).toEqual(withoutTimes(whole));
  });

  it("passes completion and errors on", async () => {
    const failing = pipe(toyTraining(), (steps) => steps, make());
    expect(await collect(from([]).pipe(failing))).toEqual([]);
    const broken = [
      { step: 0, epoch: 0, size: 2, shape: [3], examples: new Float32Array(1), labels: new Int32Array(2) },
    ];
    await expect(collect(from(broken).pipe(failing))).rejects.toThrow();
  });
}
