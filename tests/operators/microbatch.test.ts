import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { from, map, tap, type Observable } from "rxjs";
import { expect, it } from "vitest";
import {
  accuracy,
  batchNorm,
  populationBatchNorm,
  curvature,
  dense,
  dropout,
  evaluate,
  flatten,
  gradientNoiseScale,
  gradientSteps,
  halfSquares,
  hessian,
  injectNoise,
  layered,
  loss,
  mlp,
  moments,
  norms,
  probes,
  relu,
  sam,
  sgd,
  sharpness,
  train,
  type Activation,
  type Batch,
  type Network,
  type Optimizer,
  type Reading,
  type Recorded,
  type Step,
  type TrainOptions,
} from "gradstream";
import { onEachBackend } from "../fixtures/backends.ts";
import type { Golden } from "../fixtures/goldens.ts";
import { goneOn, interrupted, withoutTimes } from "../fixtures/interrupted.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak, relativeError } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

/** PyTorch's: tests/fixtures/README.md. */
const golden = JSON.parse(readFileSync(new URL("../fixtures/microbatches.json", import.meta.url), "utf8")) as {
  readonly microbatch: number;
  readonly learningRate: number;
  readonly params: Readonly<Record<string, Golden>>;
  readonly steps: readonly {
    readonly examples: Golden;
    readonly labels: readonly number[];
    readonly loss: number;
    readonly grads: Readonly<Record<string, Golden>>;
    readonly next: Readonly<Record<string, Golden>>;
    readonly running: Readonly<Record<string, Golden>>;
  }[];
};

const plain = mlp({ hidden: [6, 5], classes: 3 });
const normed = mlp({ hidden: [6, 5], classes: 3, norm: batchNorm });
const optimizer = sgd({ learningRate: 0.1, weightDecay: 1e-2 });
type Options = Partial<TrainOptions> & { readonly network?: Network; readonly by?: Optimizer };

const training = ({ network = plain, by = optimizer, ...options }: Options = {}) =>
  train(network, by, { seed: 1, ...options });

const flat = (tensors: Readonly<Record<string, Tensor>>): number[] =>
  Object.values(tensors).flatMap((tensor) => [...tensor.dataSync()]);
const numbers = map(({ loss, logits, grads, next, states }: Step) => ({
  loss: [...loss.dataSync()],
  logits: [...logits.dataSync()],
  grads: flat(grads),
  next: flat(next),
  running: flat(states.after),
}));
const readingsOf = (records: readonly Recorded[]): Reading[] =>
  records.filter((one): one is Reading => one.kind === "reading");

onEachBackend(() => {
  it.each<[string, number, Options]>([
    ["four and four", 4, {}],
    ["three, three and two", 3, {}],
    ["one by one", 1, {}],
    ["one by one, with SAM", 1, { by: sam(optimizer) }],
  ])("of %s take the step of the whole batch, but for rounding", async (_, microbatch, options) => {
    const whole = await collect(toyBatches(4).pipe(training(options), numbers));
    const parts = await collect(toyBatches(4).pipe(training({ ...options, microbatch }), numbers));
    parts.forEach(({ loss, logits, grads, next }, step) => {
      expect(relativeError(loss, whole[step]!.loss)).toBeLessThan(1e-5);
      expect(relativeError(logits, whole[step]!.logits)).toBeLessThan(1e-5);
      expect(relativeError(grads, whole[step]!.grads)).toBeLessThan(1e-5);
      expect(relativeError(next, whole[step]!.next)).toBeLessThan(1e-6);
    });
  });

  it("of a sum of losses add up unweighted", async () => {
    const size = 7;
    const targets = (batch: Batch): Batch => ({ ...batch, labels: batch.examples.slice(0, size * 3) });
    const batches = () => toyBatches(2, { size }).pipe(map(targets));
    const of = (microbatch?: number) =>
      collect(batches().pipe(training({ loss: halfSquares, by: sgd({ learningRate: 0.01 }), microbatch }), numbers));
    const [whole, parts] = [await of(), await of(2)];
    for (const [step, { loss, grads }] of parts.entries()) {
      expect(relativeError(loss, whole[step]!.loss)).toBeLessThan(1e-5);
      expect(relativeError(grads, whole[step]!.grads)).toBeLessThan(1e-5);
    }
  });

  it("have BatchNorm's statistics of their own and move the running ones, as PyTorch's accumulated gradients", async () => {
    const tensors = Object.entries(golden.params).map(([name, { values, shape }]) => [name, tf.tensor(values, shape)]);
    const params = Object.fromEntries(tensors) as Record<string, Tensor>;
    const network = mlp({ hidden: [5], norm: batchNorm, classes: 3 });
    const batches = golden.steps.map(({ examples, labels }, step): Batch => {
      const arrays = { examples: Float32Array.from(examples.values), labels: Int32Array.from(labels) };
      return { step, epoch: 0, size: labels.length, shape: [6], ...arrays };
    });
    const by = sgd({ learningRate: golden.learningRate });
    const options = { network, by, initial: { params }, microbatch: golden.microbatch };
    const named = map(({ loss, grads, next, states: { after } }: Step) => {
      const lists = [grads, next, after].map((all) =>
        Object.fromEntries(Object.entries(all).map(([name, tensor]) => [name, [...tensor.dataSync()]])),
      );
      return { loss: loss.dataSync()[0]!, lists };
    });
    const steps = await collect(from(batches).pipe(training(options), named));
    tf.dispose(params);
    for (const [i, { loss, lists }] of steps.entries()) {
      const { loss: expectedLoss, grads, next, running } = golden.steps[i]!;
      expect(loss).toBeCloseTo(expectedLoss, 5);
      for (const [j, expected] of [grads, next, running].entries()) {
        expect(Object.keys(lists[j]!)).toEqual(Object.keys(expected));
        for (const [name, { values }] of Object.entries(expected)) {
          expect(relativeError(lists[j]![name]!, values), `step ${i}, ${name}`).toBeLessThan(2e-5);
        }
      }
    }
  });

  it("that hold the whole batch change no bit", async () => {
    const of = (microbatch?: number) => collect(toyBatches(3).pipe(training({ network: normed, microbatch }), numbers));
    const whole = await of();
    for (const microbatch of [8, 100]) expect(await of(microbatch)).toEqual(whole);
    expect(await of(4)).not.toEqual(whole);
  });

  it("are evaluated again with the statistics and the noise that training met, whoever asks", async () => {
    const network = layered("dropped", [
      {
        before: [flatten()],
        linear: dense({ units: 6 }),
        norm: batchNorm(),
        nonlinearity: relu(),
        then: [dropout({ rate: 0.5 })],
      },
      { linear: dense({ units: 3 }) },
    ]);
    const activations = injectNoise({ site: "linear", nMu: 0.5, nSigma: 1.5, rMu: 0.2, rSigma: 0.2 });
    const population = layered("population", [
      { before: [flatten()], linear: dense({ units: 6 }), norm: populationBatchNorm(), nonlinearity: relu() },
      { linear: dense({ units: 3 }) },
    ]);
    for (const of of [normed, network, population]) {
      const seen = await collect(
        toyBatches(2).pipe(
          training({ network: of, activations, microbatch: 3, by: sgd({ learningRate: 0.1 }) }),
          map((step) => {
            const { loss, grads } = evaluate(step, step.params);
            const logits = step.pass(step.params);
            const found = [
              [...logits.dataSync()],
              [...loss.dataSync()],
              flat(grads),
              [...step.lossOf(logits).dataSync()],
            ];
            const expected = [[...step.logits.dataSync()], [...step.loss.dataSync()], flat(step.grads)];
            return { found, expected };
          }),
        ),
      );
      for (const { found, expected } of seen) {
        expect(found.slice(0, 3)).toEqual(expected);
        expect(relativeError(found[3]!, expected[1]!)).toBeLessThan(1e-6);
      }
    }
  });

  it("are measured by probes as the whole batch, but for rounding", async () => {
    const measured = () =>
      probes(
        loss(),
        accuracy(),
        norms(),
        gradientSteps({ distances: [0.05, 0.5] }),
        sharpness(),
        gradientNoiseScale(),
        curvature(),
        hessian({ eigenvalues: 2 }),
      );
    const whole = await collect(toyBatches(2).pipe(training(), measured()));
    const parts = await collect(toyBatches(2).pipe(training({ microbatch: 2 }), measured()));
    expect(parts.filter(({ kind }) => kind === "event")).toEqual([]);
    const named = ({ step, probe, stat, layer, distance }: Reading) => [step, probe, stat, layer, distance];
    expect(readingsOf(parts).map(named)).toEqual(readingsOf(whole).map(named));
    expect(new Set(readingsOf(whole).map(({ probe }) => probe)).size).toBe(8);
    readingsOf(parts).forEach((one, i) => {
      const { value } = readingsOf(whole)[i]!;
      const where = named(one).join(" ");
      if (Number.isNaN(value)) expect(one.value, where).toBeNaN();
      else expect(Math.abs(one.value - value), where).toBeLessThan(2e-3 * Math.max(1e-2, Math.abs(value)));
    });
  });

  it("hold the activations of one at a time", async () => {
    const peakOf = async (microbatch?: number): Promise<number> => {
      let peak = 0;
      const activations = tap<Activation>(() => (peak = Math.max(peak, tf.memory().numBytes)));
      const wide = mlp({ hidden: [256, 256, 256], classes: 3 });
      const before = tf.memory().numBytes;
      await collect(toyBatches(1, { size: 512 }).pipe(training({ network: wide, activations, microbatch })));
      return peak - before;
    };
    const [whole, parts] = [await peakOf(), await peakOf(32)];
    expect(parts).toBeLessThan(whole / 2);
  });

  it("leave no tensor behind, also where one diverges", async () => {
    const of = (batches: Observable<Batch>, options: Options = {}) =>
      collect(batches.pipe(training({ network: normed, microbatch: 3, ...options }), probes(loss(), moments())));
    await expectNoLeak(() => of(toyBatches(3)));
    const activations = map((a: Activation): Activation => {
      const isLast = a.layer === 2 && a.site === "norm" && a.value.shape[0] === 2;
      return isLast ? { ...a, value: tf.mul(a.value, NaN) } : a;
    });
    await expectNoLeak(() =>
      expect(of(toyBatches(3), { activations })).rejects.toThrow("the loss is NaN at step 0: first at layer 2"),
    );
  });

  it("go on from a checkpoint", async () => {
    const run = () =>
      toyBatches(6).pipe(
        training({ network: normed, microbatch: 3 }),
        probes(loss(), gradientSteps({ distances: [1] })),
      );
    const whole = withoutTimes(await collect(run()));
    const { before, snapshot } = await interrupted(run, 4);
    expect(withoutTimes([...before, ...(await goneOn(run, snapshot))])).toEqual(whole);
  });
});
