import type { OperatorFunction } from "rxjs";
import { expect, it } from "vitest";
import type { Step } from "../../src/core/live.ts";
import type { Reading, Recorded } from "../../src/core/types.ts";
import { probes } from "../../src/operators/probes.ts";
import { drift } from "../../src/probes/drift.ts";
import { toyTraining } from "../contracts/probe.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { goneOn, interrupted } from "../fixtures/interrupted.ts";
import { collect } from "../fixtures/streams.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const STEPS = 7;
const reading = (...asked: OperatorFunction<Step, Recorded>[]) =>
  toyBatches(STEPS).pipe(toyTraining(), probes(...asked));
const measured = (records: readonly Recorded[]): readonly Reading[] =>
  (records as readonly Reading[]).filter(({ probe }) => probe === "drift");

onEachBackend(() => {
  it("compares with the first step and with the step before after an interruption, unit by unit", async () => {
    // Of two steps and of all, so that the first step, the one before and the one that is saved differ.
    const run = () =>
      reading(drift({ layers: [1, 2], units: [0, 3] }), drift({ layers: [1], units: [2], when: { every: 2 } }));
    const whole = measured(await collect(run()));
    const keys = new Set(whole.map(({ layer, unit, stat }) => `${layer} ${unit} ${stat}`));
    expect(keys.size).toBe(5 * 6);
    for (const step of [1, 3, 4]) {
      const { before, snapshot } = await interrupted(run, step);
      const after = measured(await goneOn(run, snapshot));
      expect(after).toEqual(whole.filter((one) => one.step >= step));
      expect(measured(before)).toEqual(whole.filter((one) => one.step < step));
    }
  });

  it("saves of each unit the first sample and the last, with mean and variance", async () => {
    const run = () => reading(drift({ layers: [2], units: [0, 3] }));
    const saved = async (step: number) => {
      const { snapshot } = await interrupted(run, step);
      const all = Object.entries(snapshot.tensors).map(
        ([name, { values }]) => [name.split("/").at(-1)!, [...values]] as const,
      );
      return new Map(all.filter(([name]) => name.includes(" of ")));
    };
    const early = await saved(1);
    expect([...early.keys()].sort()).toEqual(["first of 2 0", "first of 2 3", "latest of 2 0", "latest of 2 3"]);
    const later = await saved(4);
    for (const unit of [0, 3]) {
      const [mean, variance, ...sample] = early.get(`first of 2 ${unit}`)!;
      expect(sample).toEqual([...sample].sort((a, b) => a - b));
      const centre = sample.reduce((sum, value) => sum + value, 0) / sample.length;
      expect(mean).toBeCloseTo(centre, 6);
      expect(variance).toBeCloseTo(sample.reduce((sum, value) => sum + (value - centre) ** 2, 0) / sample.length, 6);
      expect(early.get(`latest of 2 ${unit}`)).toEqual([mean, variance, ...sample]);
      expect(later.get(`first of 2 ${unit}`)).toEqual([mean, variance, ...sample]);
      expect(later.get(`latest of 2 ${unit}`)).not.toEqual([mean, variance, ...sample]);
    }
  });
});
