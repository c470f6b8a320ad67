import * as tf from "@tensorflow/tfjs";
import { BehaviorSubject, concat, filter, map, NEVER, Observable, of, startWith, Subject, tap } from "rxjs";
import { describe, expect, it } from "vitest";
import {
  adam,
  adamW,
  clipped,
  frozen,
  ics,
  injectNoise,
  loss,
  mlp,
  muon,
  probes,
  rmsProp,
  sam,
  sgd,
  train,
  type Activation,
  type LearningRate,
  type NoiseOptions,
  type Optimizer,
  type RunEvent,
  type Step,
} from "gradstream";
import { plainValue } from "../../src/core/plain-value.ts";
import { joinSession, ProbeSession } from "../../src/core/session.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const network = mlp({ hidden: [6], classes: 3 });
/** Gives one number, then fails. */
const failing = new Observable<number>((subscriber) => {
  subscriber.next(0.1);
  subscriber.error(new Error("no more"));
});
const RATES = [0.1, 0.1, 0.025, 0.4];
const OPTIMIZERS: Readonly<Record<string, (learningRate: LearningRate) => Optimizer>> = {
  sgd: (learningRate) => sgd({ learningRate, momentum: 0.9 }),
  adam: (learningRate) => adam({ learningRate }),
  adamW: (learningRate) => adamW({ learningRate }),
  rmsProp: (learningRate) => rmsProp({ learningRate }),
  muon: (learningRate) => muon({ learningRate }),
  "clipped sam": (learningRate) => clipped(sam(sgd({ learningRate })), { norm: 1 }),
  frozen: (learningRate) => frozen(sgd({ learningRate }), /^layer1\//),
};

/** Trains while a subject is given the next of some values as each step is pushed, and its first before. */
function moved<T>(values: readonly number[], start: (source: Observable<number>) => Observable<T>): Promise<T[]> {
  const source = new BehaviorSubject(values[0]!);
  let step = 0;
  return collect(start(source).pipe(tap(() => values[++step] !== undefined && source.next(values[step]!))));
}

const weights = map(({ next, learningRate }: Step) => {
  return [learningRate, ...next["layer2/kernel"]!.dataSync<"float32">()];
});

onEachBackend(() => {
  it.each(Object.entries(OPTIMIZERS))(
    "%s trains alike with an Observable and a function of the same rates",
    async (_, make) => {
      const training = (rate: LearningRate) =>
        toyBatches(RATES.length).pipe(train(network, make(rate), { seed: 1 }), weights);
      const steered = await moved(RATES, (rate) => training(rate));
      expect(steered.map(([rate]) => rate)).toEqual(RATES);
      expect(steered).toEqual(await collect(training((step) => RATES[step]!)));
    },
  );

  it("injectNoise takes functions and Observables, the same whenever a step is evaluated", async () => {
    const strengths = [0, 0.5, 0.5];
    const training = (nMu: NoiseOptions["nMu"]) => {
      const noise = injectNoise({ site: "output", nMu, nSigma: (step) => 1 + step / 10, rMu: 0, rSigma: 0.1 });
      return toyBatches(3).pipe(
        train(network, sgd({ learningRate: 0.1 }), { seed: 1, activations: noise }),
        map((step) => {
          const again = step.pass(step.params).dataSync().slice();
          return { logits: [...step.logits.dataSync()], again: [...again] };
        }),
      );
    };
    const steered = await moved(strengths, (source) => training(source));
    for (const { logits, again } of steered) expect(again).toEqual(logits);
    expect(steered).toEqual(await collect(training((step) => strengths[step]!)));
    expect(steered[1]).not.toEqual((await collect(training(0)))[1]);
  });

  it("a value that comes inside of a push is for the next step, whoever evaluates this one", async () => {
    const source = new BehaviorSubject(0);
    const noise = injectNoise({ site: "output", nMu: source, nSigma: 1, rMu: 0, rSigma: 0 });
    const seen = await collect(
      toyBatches(2).pipe(
        train(network, sgd({ learningRate: 0 }), { seed: 1, activations: noise }),
        map((step) => {
          source.next(2);
          return [[...step.pass(step.params).dataSync()], [...step.logits.dataSync()]];
        }),
      ),
    );
    for (const [again, logits] of seen) expect(again).toEqual(logits);
  });

  it("an intervention of one's own asks for what steers it", async () => {
    const factor = new BehaviorSubject(1);
    const wanted = { what: "a number", accepts: Number.isFinite };
    const scaled = map((a: Activation) => ({
      ...a,
      value: tf.mul(a.value, a.steering.at("scaled", "factor", factor, wanted)),
    }));
    const records = await collect(
      toyBatches(2).pipe(
        train(network, sgd({ learningRate: 0.1 }), { seed: 1, activations: scaled }),
        tap(() => factor.next(0)),
        probes(loss(), ics()),
      ),
    );
    // With every activation 0 all three classes are as likely.
    expect(valuesOf(records, "loss")[1]).toBeCloseTo(Math.log(3), 5);
  });

  it("leaves no tensor and no subscription behind", async () => {
    let open = 0;
    const rate = new Observable<number>((subscriber) => {
      open += 1;
      subscriber.next(0.1);
      return () => (open -= 1);
    });
    await expectNoLeak(() =>
      collect(toyBatches(3).pipe(train(network, sgd({ learningRate: rate }), { seed: 1 }), loss())),
    );
    expect(open).toBe(0);
  });
});

describe("what Observables steer", () => {
  const run = (learningRate: LearningRate, steps = 4) =>
    collect(toyBatches(steps).pipe(train(network, sgd({ learningRate }), { seed: 1 }), probes(loss())));

  it("is recorded as events with step and value, when it changes alone", async () => {
    const source = new BehaviorSubject(0.1);
    const noise = injectNoise({ nMu: source, nSigma: 1, rMu: 0, rSigma: 0 });
    const records = await collect(
      toyBatches(4).pipe(
        train(network, sgd({ learningRate: source }), { seed: 1, activations: noise }),
        tap(({ step }) => source.next(RATES[step + 1] ?? 0)),
        probes(loss()),
      ),
    );
    const events = records.filter((record): record is RunEvent => record.kind === "event");
    const found = events.map(({ step, name, level, data }) => [step, name, level, data!["name"], data!["value"]]);
    expect(found).toEqual(
      [0, 2, 3].flatMap((step) =>
        ["injectNoise.nMu", "sgd.learningRate"].map((name) => [step, "steered", "info", name, RATES[step]]),
      ),
    );
    expect(events[2]!.message).toBe("injectNoise.nMu is 0.025 from step 2 on");
    expect(await run(0.1)).toHaveLength(4);
  });

  it.each<[string, () => LearningRate, string]>([
    ["gives NaN", () => concat(of(NaN), NEVER), "sgd: learningRate gave NaN at step 0, not a number from 0 up"],
    [
      "gives a negative rate",
      () => concat(of(-1), NEVER),
      "sgd: learningRate gave -1 at step 0, not a number from 0 up",
    ],
    [
      "gives no number",
      () => new BehaviorSubject("fast" as never),
      "sgd: learningRate gave fast at step 0, not a number",
    ],
    ["ends early", () => of(0.1, 0.2), "sgd: learningRate ended before step 0; its last value was 0.2"],
    ["fails", () => failing, "sgd: learningRate failed (no more) before step 0; its last value was 0.1"],
    [
      "gives nothing",
      () => new Subject<number>(),
      "sgd: learningRate has no value at step 0; begin its Observable with one",
    ],
  ])("that %s is one clear line with step and value", async (_, make, message) => {
    await expect(run(make())).rejects.toThrow(message);
  });

  it("that ends at a later step names that step, and so does a schedule that gives NaN", async () => {
    const source = new Subject<number>();
    const steps = toyBatches(4).pipe(
      train(network, sgd({ learningRate: source.pipe(startWith(0.3)) }), { seed: 1 }),
      tap(({ step }) => step === 1 && source.complete()),
      filter(() => false),
    );
    await expect(collect(steps)).rejects.toThrow("sgd: learningRate ended before step 2; its last value was 0.3");
    await expect(run((step) => (step < 2 ? 0.1 : NaN))).rejects.toThrow("sgd: learningRate(2) gave NaN, not a number");
    await expect(run((step) => [0.1][step]!)).rejects.toThrow("sgd: learningRate(1) gave undefined, not a number");
    const noise = injectNoise({ nMu: 0, nSigma: (step) => 1 - step, rMu: 0, rSigma: 0 });
    const noisy = toyBatches(2).pipe(
      train(network, sgd({ learningRate: 0.1 }), { seed: 1, activations: noise }),
      loss(),
    );
    await expect(collect(noisy)).rejects.toThrow("injectNoise: nSigma(1) gave 0, not a number from 1 up");
  });

  it("needs a training, is named in records, and is not gone on with from a checkpoint", async () => {
    const rate = new BehaviorSubject(0.1);
    const optimizer = sgd({ learningRate: rate });
    expect(() => optimizer.update({}, {}, {}, 0)).toThrow(
      "sgd: an Observable steers learningRate, and nothing listens",
    );
    expect(plainValue(optimizer.options)).toMatchObject({ learningRate: "an Observable" });
    const session = new ProbeSession({ updated: () => undefined });
    const refusals: (string | undefined)[] = [];
    const leave = joinSession(session);
    try {
      const steps = (learningRate: LearningRate) =>
        toyBatches(2).pipe(train(network, sgd({ learningRate }), { seed: 1 }));
      await collect(
        steps(rate).pipe(
          tap(() => refusals.push(session.refusal())),
          loss(),
        ),
      );
    } finally {
      leave();
    }
    expect(refusals).toEqual(Array(2).fill("an Observable steers it, and a checkpoint cannot restore an Observable"));
    expect(() => sgd({ learningRate: {} as never })).toThrow(
      "sgd: learningRate must be a number from 0 up, a function of the step or an Observable, not {  }",
    );
  });
});
