import { map, tap, type Observable } from "rxjs";
import { describe, expect, it } from "vitest";
import { isReading, loss, mlp, probes, sgd, slider, train, type Recorded, type RunEvent } from "gradstream";
import type { Replay } from "../../src/core/replay.ts";
import { joinSession, ProbeSession } from "../../src/core/session.ts";
import type { TrainingSnapshot } from "../../src/core/snapshot.ts";
import { TrialControls, type ControlValues } from "../../src/experiment/trial-controls.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect } from "../fixtures/streams.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const SLIDERS = { rate: slider(0, 1, { initial: 0.1 }), unused: slider(1, 3) };
type Moves = Readonly<Record<number, readonly (readonly [name: string, value: number])[]>>;
const MOVES: Moves = { 1: [["rate", 0.5]], 3: [["rate", 0.2], ["rate", 0.3], ["unused", 2]], 4: [["rate", 0.3]] }; // prettier-ignore

interface Trained {
  readonly records: readonly Recorded[];
  readonly snapshots: readonly TrainingSnapshot[];
}

const plain = (now: ControlValues<typeof SLIDERS>): Observable<number> => now.rate;

/** Trains six steps, moves controls before some of them, and takes a snapshot after each. */
async function trained(
  moves: Moves,
  { rate = plain, from, replay }: { rate?: typeof plain; from?: TrainingSnapshot; replay?: Replay } = {},
): Promise<Trained> {
  const records: Recorded[] = [];
  const snapshots: TrainingSnapshot[] = [];
  const step = from?.step ?? 0;
  const moveBefore = (next: number) => moves[next]?.forEach((move) => controls.move(...move));
  const session: ProbeSession = new ProbeSession(
    {
      training: () => controls.begin(),
      stepped: (done) => {
        controls.stepped(done);
        moveBefore(done + 1);
      },
      updated: () => {
        const snapshot = replay ? undefined : (session.snapshot() as TrainingSnapshot);
        if (snapshot) snapshots.push(snapshot);
      },
    },
    from,
    replay,
  );
  const record = (event: RunEvent) => void records.push({ ...event, at: 0 });
  const controls = new TrialControls<typeof SLIDERS>(SLIDERS, { session, step, record });
  const leave = joinSession(session);
  try {
    const network = mlp({ hidden: [4], classes: 3 });
    const steps = toyBatches(6).pipe(train(network, sgd({ learningRate: rate(controls.now) }), { seed: 1 }));
    const all = steps.pipe(
      probes(loss()),
      tap((one) => records.push(one.kind === "event" ? { ...one, at: 0 } : one)),
    );
    await collect(all);
  } finally {
    leave();
  }
  return { records, snapshots };
}

const events = (records: readonly Recorded[], name: string): unknown[] =>
  records.flatMap((one) =>
    one.kind === "event" && one.name === name ? [[one.step, ...Object.values(one.data!)]] : [],
  );
const valuesIn = (records: readonly Recorded[], name: string): Replay["values"] =>
  (events(records, name) as [number, string, number][]).map(([step, of, value]) => ({ step, name: of, value }));
const replayOf = (records: readonly Recorded[]): Replay => ({
  values: valuesIn(records, "steered"),
  controls: valuesIn(records, "control"),
});

onEachBackend(() => {
  it("moves what it steers from the next step on, and records step, control and value of every change", async () => {
    const { records } = await trained(MOVES);
    expect(events(records, "control")).toEqual([
      [0, "rate", 0.1],
      [0, "unused", 1],
      [1, "rate", 0.5],
      [3, "rate", 0.2],
      [3, "rate", 0.3],
      [3, "unused", 2],
    ]);
    expect(records[0]).toMatchObject({ level: "info", message: "rate is 0.1 from step 0 on" });
    expect(events(records, "steered")).toEqual([
      [0, "sgd.learningRate", 0.1],
      [1, "sgd.learningRate", 0.5],
      [3, "sgd.learningRate", 0.3],
    ]);
  });

  it("is repeated by a replay, bit for bit, which records the same", async () => {
    const { records } = await trained(MOVES);
    const again = await trained({ 2: [["rate", 0.9]] }, { replay: replayOf(records) });
    expect(again.records.filter(isReading)).not.toEqual((await trained({})).records.filter(isReading));
    expect(again.records.filter(({ step }) => step < 2)).toEqual(records.filter(({ step }) => step < 2));
    expect((await trained({}, { replay: replayOf(records) })).records).toEqual(records);
  });

  it.each<[string, typeof plain]>([
    ["a control", plain],
    ["an operator on one", (now) => now.rate.pipe(map((value) => value / 2))],
  ])("goes on from a checkpoint where %s steers, with the values that it had", async (_, rate) => {
    const whole = await trained(MOVES, { rate });
    expect(whole.snapshots.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const from of whole.snapshots.slice(0, 5)) {
      // The moves before the next step are in the checkpoint.
      const moves = Object.fromEntries(Object.entries(MOVES).filter(([step]) => Number(step) > from.step));
      const { records } = await trained(moves, { rate, from });
      const isAfter = ({ step, kind }: Recorded): boolean => step >= from.step && kind === "reading";
      expect(records.filter(isAfter)).toEqual(whole.records.filter(isAfter));
      const last = new Map(
        valuesIn(whole.records, "control").map(({ step, name, value }) => [`${step} ${name}`, value]),
      );
      const since = [...last].filter(([key]) => parseInt(key) >= from.step);
      expect(new Map(valuesIn(records, "control").map(({ step, name, value }) => [`${step} ${name}`, value]))).toEqual(
        new Map(since),
      );
      const steered = (of: readonly Recorded[]) => valuesIn(of, "steered").filter(({ step }) => step >= from.step);
      expect(steered(records)).toEqual(steered(whole.records));
    }
  });
});

describe("controls", () => {
  it("are Observables with their initial values where nobody moves them", () => {
    const seen: number[] = [];
    const { now } = new TrialControls(SLIDERS);
    now.rate.subscribe((value) => seen.push(value));
    now.unused.subscribe((value) => seen.push(value));
    expect(seen).toEqual([0.1, 1]);
  });

  it("of a replay need a recorded value each", () => {
    const session = new ProbeSession({}, undefined, { values: [], controls: [{ step: 0, name: "rate", value: 1 }] });
    expect(() => new TrialControls(SLIDERS, { session, record: () => undefined })).toThrow(
      "control unused has no recorded value; the run that is replayed had other controls",
    );
  });

  it("that were others at the checkpoint are not gone on with", async () => {
    const { snapshots } = await trained({});
    const lacking = { ...snapshots[0]!, tensors: { ...snapshots[0]!.tensors } };
    delete (lacking.tensors as Record<string, unknown>)["memory/controls 1/unused"];
    await expect(trained({}, { from: lacking })).rejects.toThrow(
      "the checkpoint does not fit controls: it has no control unused",
    );
  });
});
