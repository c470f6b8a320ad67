import * as tf from "@tensorflow/tfjs";
import { filter, map, Observable, pipe, tap, timer, type OperatorFunction } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import type { Step } from "../../src/core/live.ts";
import { ProbeCosts } from "../../src/core/probe-costs.ts";
import { every, isDue } from "../../src/core/schedule.ts";
import type { Recorded, RunEvent } from "../../src/core/types.ts";
import { startBackend } from "../../src/backend/start.ts";
import { isReading } from "../../src/core/recorded.ts";
import { probe } from "../../src/operators/probe.ts";
import { probes } from "../../src/operators/probes.ts";
import { toyTraining } from "../contracts/probe.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const scheduler = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected));

/** Steps that carry nothing but their number: time and lifetime need no tensors. */
const stepOf = (step: number): Step => {
  const read = (_tensors: unknown, take: (values: readonly Float32Array[]) => void) => take([]);
  return { step, read, costs: new ProbeCosts() } as Partial<Step> as Step;
};
const steps = { a: stepOf(0), b: stepOf(1), c: stepOf(2), d: stepOf(3) };
const tag = (name: string, when = every(1)) =>
  probe({ name, when, measure: ({ step }) => [{ stat: "step", value: step }] });
const reading = (name: string, step: number): Recorded => ({
  kind: "reading",
  step,
  probe: name,
  stat: "step",
  value: step,
});
const readings = { p: reading("x", 0), q: reading("y", 0), r: reading("x", 1), s: reading("y", 1) };

beforeAll(async () => {
  await startBackend("wasm");
});

describe("probes", () => {
  it("subscribes to the steps once and measures in the order of its arguments", () => {
    scheduler().run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("    --a-----b-----|", steps);
      const subscription = "  ^-------------!";
      const expected = "      --(pq)--(rs)--|";
      expectObservable(source.pipe(probes(tag("x"), tag("y")))).toBe(expected, readings);
      expectSubscriptions(source.subscriptions).toBe(subscription);
    });
  });

  it("lets go of the steps when nobody listens any more", () => {
    scheduler().run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("    --a-----b-----|", steps);
      const unsubscribe = "   -----!";
      const expected = "      --(pq)";
      expectObservable(source.pipe(probes(tag("x"), tag("y"))), unsubscribe).toBe(expected, readings);
      expectSubscriptions(source.subscriptions).toBe("^----!");
    });
  });

  it("passes an error of training on, once, and not as a probe's", () => {
    scheduler().run(({ hot, expectObservable }) => {
      const source = hot("    --a-----#", steps, new Error("training failed"));
      const expected = "      --(pq)--#";
      expectObservable(source.pipe(probes(tag("x"), tag("y")))).toBe(expected, readings, new Error("training failed"));
    });
  });

  it("completes at once without probes", () => {
    scheduler().run(({ hot, expectObservable }) => {
      expectObservable(hot("--a--|", steps).pipe(probes())).toBe("|");
    });
  });
});

describe("two probes that record the same", () => {
  const of = (layer: number, when = every(1)) =>
    probe({ name: "x", when, measure: () => [{ stat: "value", layer, value: layer }] });
  const recordsOf = (...measures: OperatorFunction<Step, Recorded>[]) =>
    collect(toyBatches(3).pipe(toyTraining(), probes(...measures)));

  it("leave the second out, from where they meet, with an event that names both", async () => {
    const records = await recordsOf(of(1), of(2), of(1, every(2)));
    expect(records.filter(isReading)).toHaveLength(6);
    const events = records.filter((record): record is RunEvent => record.kind === "event");
    expect(events.map(({ step, name, message }) => [step, name, message])).toEqual([
      [
        0,
        "probe_left_out",
        "probe x is left out: it records value of layer 1, which probe 1 records too; give both other layers or other steps",
      ],
    ]);
  });

  it("go on where they take other layers or other steps", async () => {
    const odd = probe({
      name: "x",
      measure: ({ step }) => (step % 2 === 1 ? [{ stat: "value", layer: 1, value: step }] : []),
    });
    const records = await recordsOf(of(1, every(2)), of(2), odd);
    expect(records.filter((record) => record.kind === "event")).toEqual([]);
    expect(records.filter(isReading).map(({ step, layer }) => [step, layer])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
      [1, 1],
      [2, 1],
      [2, 2],
    ]);
  });
});

describe("a probe", () => {
  it("measures when its schedule says so", () => {
    scheduler().run(({ hot, expectObservable }) => {
      const source = hot("    --a--b--c--d--|", steps);
      const expected = "      --p-----t--u--|";
      const values = { ...readings, t: reading("x", 2), u: reading("x", 3) };
      expectObservable(source.pipe(tag("x", every(2, { last: 3 })))).toBe(expected, values);
    });
  });

  it("reads tensors back in the order in which it returns them, beside plain numbers", async () => {
    const mixed = probe({
      name: "mixed",
      measure: () => [
        { stat: "first", value: tf.scalar(1.5) },
        { stat: "second", layer: 2, value: 7 },
        {
          tensor: tf.tensor1d([3, 4]),
          records: (values: Float32Array) =>
            [...values].map((v, unit) => ({ ...reading("mixed", 0), unit, value: v }) as Recorded),
        },
        { stat: "last", value: tf.scalar(-2) },
      ],
    });
    const records = await collect(toyBatches(1).pipe(toyTraining(), mixed));
    expect(records.map((r) => (r.kind === "reading" ? [r.stat, r.layer, r.unit, r.value] : r))).toEqual([
      ["first", undefined, undefined, 1.5],
      ["second", 2, undefined, 7],
      ["step", undefined, 0, 3],
      ["step", undefined, 1, 4],
      ["last", undefined, undefined, -2],
    ]);
  });
});

describe("a probe that throws", () => {
  const failing = (isBad: (step: number) => boolean, error: () => Error = () => new Error("oops")) =>
    probe({
      name: "fragile",
      measure: ({ step, loss }) => {
        tf.square(loss);
        if (isBad(step)) throw error();
        return [{ stat: "step", value: step }];
      },
    });
  const eventsOf = (records: readonly Recorded[]) => records.filter((r): r is RunEvent => r.kind === "event");
  const stepsOf = (records: readonly Recorded[], name: string) =>
    records.flatMap((r) => (r.kind === "reading" && r.probe === name ? [r.step] : []));

  it("is recorded, goes on after single failures and does not touch the others", async () => {
    await expectNoLeak(async () => {
      const records = await collect(
        toyBatches(5).pipe(
          toyTraining(),
          probes(
            failing((s) => s === 1),
            tag("x"),
          ),
        ),
      );
      expect(stepsOf(records, "fragile")).toEqual([0, 2, 3, 4]);
      expect(stepsOf(records, "x")).toEqual([0, 1, 2, 3, 4]);
      expect(eventsOf(records)).toMatchObject([
        { step: 1, level: "warning", name: "probe_failed", message: "probe fragile failed at step 1: oops" },
      ]);
    });
  });

  it("is disabled after three failures, and the run completes", async () => {
    await expectNoLeak(async () => {
      const records = await collect(
        toyBatches(9).pipe(
          toyTraining(),
          probes(
            failing((s) => s % 2 === 1),
            tag("x"),
          ),
        ),
      );
      expect(stepsOf(records, "fragile")).toEqual([0, 2, 4]);
      expect(stepsOf(records, "x")).toHaveLength(9);
      expect(eventsOf(records).map(({ name, step }) => [name, step])).toEqual([
        ["probe_failed", 1],
        ["probe_failed", 3],
        ["probe_failed", 5],
        ["probe_disabled", 5],
      ]);
    });
  });

  it("delivers what is still to be read back when it fails, and measures on meanwhile", () => {
    scheduler().run(({ hot, expectObservable }) => {
      const read = (_tensors: unknown, take: (values: readonly Float32Array[]) => void) =>
        void timer(7).subscribe(() => take([]));
      const late = { a: { ...stepOf(0), read }, b: { ...stepOf(1), read }, c: { ...stepOf(2), read } };
      const fragile = probe({
        name: "x",
        measure: ({ step }) => {
          if (step === 1) throw new Error("oops");
          return [{ stat: "step", value: step }];
        },
      });
      const steps$ = hot("       --a----b----c-|", late);
      const expected = "         ---------p---------(q|)";
      const given = { p: reading("x", 0), q: reading("x", 2) };
      expectObservable(steps$.pipe(probes(fragile), filter(isReading))).toBe(expected, given);
    });
  });

  it("is left out at once when the mistake is the user's, and ends training only when no other is left", async () => {
    const wrong = failing(
      (s) => s === 2,
      () => new UserError("fragile: no layer 9; this network has 3"),
    );
    await expectNoLeak(async () => {
      const records = await collect(toyBatches(5).pipe(toyTraining(), probes(wrong, tag("x"))));
      expect([stepsOf(records, "fragile"), stepsOf(records, "x")]).toEqual([
        [0, 1],
        [0, 1, 2, 3, 4],
      ]);
      expect(eventsOf(records)).toMatchObject([
        {
          step: 2,
          level: "warning",
          name: "probe_left_out",
          message: "probe fragile is left out from step 2 on: no layer 9; this network has 3",
        },
      ]);
      const alone = collect(toyBatches(5).pipe(toyTraining(), probes(wrong, wrong)));
      await expect(alone).rejects.toThrow(new UserError("fragile: no layer 9; this network has 3"));
    });
  });

  it("may be any operator from steps to records", async () => {
    const own: OperatorFunction<Step, Recorded> = pipe(
      map((s: Step): Recorded => ({ ...reading("own", s.step) })),
      tap(({ step }) => {
        if (step === 1) throw new Error("mine");
      }),
    );
    const late: OperatorFunction<Step, Recorded> = (source) =>
      new Observable((subscriber) => {
        let sum = 0;
        return source.subscribe({
          next: (s) => (sum += s.loss.dataSync()[0]!),
          error: (e) => subscriber.error(e),
          complete: () => {
            subscriber.next({ ...reading("late", 2), value: sum } as Recorded);
            subscriber.complete();
          },
        });
      });
    const records = await collect(toyBatches(3).pipe(toyTraining(), probes(own, late)));
    expect(stepsOf(records, "own")).toEqual([0, 2]);
    expect(stepsOf(records, "late")).toEqual([2]);
    expect(eventsOf(records)).toHaveLength(1);
  });
});

describe("every", () => {
  it("is a plain value", () => {
    expect(every(20)).toEqual({ every: 20 });
    expect(JSON.parse(JSON.stringify(every(7, { last: 99 })))).toEqual({ every: 7, last: 99 });
    expect([0, 1, 6, 7, 14, 98, 99, 100].filter((step) => isDue(every(7, { last: 99 }), step))).toEqual([
      0, 7, 14, 98, 99,
    ]);
    expect(() => every(0)).toThrow(UserError);
    expect(() => every(1.5)).toThrow("not 1.5");
  });
});
