import { map, Observable, of, takeUntil, tap, throwError } from "rxjs";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  closedLoop,
  loss,
  mlp,
  probes,
  sgd,
  train,
  type Reading,
  type Recorded,
  type RunEvent,
  type Steer,
} from "gradstream";
import { joinSession, ProbeSession } from "../../src/core/session.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

type Policy = (readings: Observable<Reading>) => Observable<Steer<{ rate: number }>>;
const network = mlp({ hidden: [6], classes: 3 });
const STEPS = 8;

/** Trains in a loop; `begun` counts the steps. */
const looped = (policy: Policy, begun: { steps: number } = { steps: 0 }): Observable<Recorded> =>
  closedLoop({ rate: 0.1 }, policy, ({ now, end }) =>
    toyBatches(STEPS).pipe(
      takeUntil(end),
      train(network, sgd({ learningRate: now.rate }), { seed: 1 }),
      tap(() => (begun.steps += 1)),
      probes(loss(), accuracy()),
    ),
  );
const readingsOf = (records: readonly Recorded[]) => records.filter(({ kind }) => kind === "reading");
const eventsOf = (records: readonly Recorded[]) =>
  records
    .filter((record): record is RunEvent => record.kind === "event")
    .map(({ step, name, data }) => [step, name, data?.["value"]]);

onEachBackend(() => {
  it("a reading changes the rate of the next step, recorded with step and value", async () => {
    const policy: Policy = (readings) =>
      readings.pipe(map(({ stat, step }) => (stat === "loss" && step === 2 ? { rate: 0.01 } : {})));
    const records = await collect(looped(policy));
    expect(eventsOf(records)).toEqual([
      [0, "steered", 0.1],
      [3, "steered", 0.01],
    ]);
    const rate = (step: number) => (step < 3 ? 0.1 : 0.01);
    const open = toyBatches(STEPS).pipe(
      train(network, sgd({ learningRate: rate }), { seed: 1 }),
      probes(loss(), accuracy()),
    );
    expect(readingsOf(records)).toEqual(await collect(open));
  });

  it("an end lets its step be measured whole, and begins no other", async () => {
    const begun = { steps: 0 };
    const policy: Policy = (readings) => readings.pipe(map(({ step }) => (step === 4 ? "end" : {})));
    let records: readonly Recorded[] = [];
    await expectNoLeak(async () => {
      records = await collect(looped(policy, begun));
    });
    expect(begun.steps).toBe(5);
    expect(readingsOf(records).filter(({ step }) => step === 4)).toHaveLength(2);
    expect(eventsOf(records).at(-1)).toEqual([4, "ended", undefined]);
  });

  it("a replay reads the same without asking the policy", async () => {
    let asked = 0;
    const policy: Policy = (readings) =>
      readings.pipe(
        tap(() => (asked += 1)),
        map(({ step }) => (step === 6 ? "end" : { rate: 0.01 * ((asked * 7) % 11) })),
      );
    await collect(looped(policy));
    const first = await collect(looped(policy));
    const events = first.filter((record): record is RunEvent => record.kind === "event");
    const values = events.flatMap(({ step, name, data }) =>
      name === "steered" ? [{ step, name: data!["name"] as string, value: data!["value"] as number }] : [],
    );
    const end = events.find(({ name }) => name === "ended")!.step;
    expect([values.length, end]).toEqual([7, 6]);
    const before = asked;
    const leave = joinSession(new ProbeSession({}, undefined, { values, end }));
    try {
      const again = await collect(looped(policy));
      expect(readingsOf(again)).toEqual(readingsOf(first));
      expect(eventsOf(again)).toEqual(eventsOf(first));
    } finally {
      leave();
    }
    expect(asked).toBe(before);
    expect(readingsOf(await collect(looped(policy)))).not.toEqual(readingsOf(first));
  });
});

describe("a closed loop", () => {
  it("says what it cannot be steered to", async () => {
    const giving = (change: unknown): Policy => map(() => change as Steer<{ rate: number }>);
    await expect(collect(looped(giving({ speed: 1 })))).rejects.toThrow(
      "closedLoop: step 0 changes speed; there are rate",
    );
    await expect(collect(looped(giving({ rate: "fast" })))).rejects.toThrow(
      'closedLoop: rate is "fast" at step 0, not a number',
    );
    await expect(collect(looped(giving({ rate: NaN })))).rejects.toThrow("sgd: learningRate gave NaN at step 1");
    await expect(collect(looped(() => throwError(() => new Error("no idea"))))).rejects.toThrow("no idea");
    expect(() =>
      closedLoop(
        { rate: NaN },
        () => of(),
        () => of(),
      ),
    ).toThrow("closedLoop: needs numbers to begin with");
  });

  it("is not gone on with from a checkpoint, and of a replay no value is missing", async () => {
    const session = new ProbeSession({ updated: () => undefined }, undefined, { values: [] });
    const leave = joinSession(session);
    try {
      await expect(collect(looped(map(() => ({}))).pipe(tap()))).rejects.toThrow(
        "sgd.learningRate has no recorded value up to step 0; the run that is replayed was steered otherwise",
      );
      const refusals: (string | undefined)[] = [];
      const ending = closedLoop(
        { rate: 0 },
        map(() => ({})),
        () =>
          toyBatches(1).pipe(
            train(network, sgd({ learningRate: 0.1 }), { seed: 1 }),
            tap(() => refusals.push(new ProbeSession().refusal() ?? session.remembered.silent().join())),
            loss(),
          ),
      );
      await collect(ending);
      expect(refusals).toEqual(["closedLoop"]);
    } finally {
      leave();
    }
  });
});
