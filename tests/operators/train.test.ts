import * as tf from "@tensorflow/tfjs";
import {
  bufferCount,
  concatMap,
  delay,
  from,
  map,
  NEVER,
  of,
  pipe,
  Subject,
  take,
  tap,
  type OperatorFunction,
} from "rxjs";
import { describe, expect, it } from "vitest";
import {
  activations,
  batchNorm,
  DivergedError,
  injectNoise,
  mlp,
  sgd,
  train,
  type Activation,
  type Step,
  type TrainOptions,
} from "gradstream";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak, relativeError } from "../fixtures/tensors.ts";
import { toyBatch, toyBatches } from "../fixtures/toy-batches.ts";

const network = (norm = true) => mlp({ hidden: [6, 5], classes: 3, ...(norm ? { norm: batchNorm } : {}) });
const trainer = (options: Partial<TrainOptions> = {}, learningRate = 0.1) =>
  train(network(), sgd({ learningRate, weightDecay: 1e-3 }), { seed: 1, ...options });
const noise = () => injectNoise({ nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 });
const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const lossOf = map((step: Step) => step.loss.dataSync()[0]!);

onEachBackend((backend) => {
  describe("train", () => {
    it("makes each batch one step: params, gradients, update", async () => {
      const steps = await collect(
        toyBatches(3).pipe(
          trainer(),
          map((s) => ({
            step: s.step,
            params: numbers(s.params["layer1/kernel"]!),
            grads: numbers(s.grads["layer1/kernel"]!),
            next: numbers(s.next["layer1/kernel"]!),
          })),
        ),
      );
      expect(steps.map(({ step }) => step)).toEqual([0, 1, 2]);
      steps.forEach(({ params, grads, next }, i) => {
        const expected = params.map((p, j) => p - 0.1 * grads[j]!);
        expect(relativeError(next, expected)).toBeLessThan(1e-6);
        if (i > 0) expect(params).toEqual(steps[i - 1]!.next);
      });
    });

    it("has gradients of the whole objective, penalty included, that finite differences confirm", async () => {
      const [found] = await collect(
        toyBatches(1).pipe(
          trainer(),
          map((s) => ({
            loss: s.loss.dataSync()[0]!,
            penalty: s.penalty!.dataSync()[0]!,
            squares: Object.values(s.params)
              .flatMap(numbers)
              .reduce((sum, w) => sum + w * w, 0),
            bias: numbers(s.grads["layer3/bias"]!),
            logits: s.logits.arraySync() as number[][],
            labels: [...s.batch.labels],
          })),
        ),
      );
      const { loss, penalty, squares, bias, logits, labels } = found!;
      expect(penalty).toBeCloseTo((1e-3 / 2) * squares, 6);
      const at = (shift: number[]) =>
        logits.reduce((sum, row, i) => {
          const moved = row.map((v, c) => v + shift[c]!);
          return sum + Math.log(moved.reduce((z, v) => z + Math.exp(v), 0)) - moved[labels[i]!]!;
        }, 0) / logits.length;
      expect(loss).toBeCloseTo(at([0, 0, 0]), 5);
      bias.forEach((gradient, c) => {
        const unit = [0, 1, 2].map((k) => (k === c ? 1e-5 : 0));
        const slope = (at(unit) - at(unit.map((v) => -v))) / 2e-5;
        expect(gradient).toBeCloseTo(slope, 5);
      });
    });

    it("gives bit-identical numbers for the same seed, noise and all, and others for another", async () => {
      const losses = (seed: number) => collect(toyBatches(6).pipe(trainer({ seed, activations: noise() }), lossOf));
      const [first, second, other] = [await losses(1), await losses(1), await losses(2)];
      expect(second).toEqual(first);
      expect(other).not.toEqual(first);
    });

    it("trains alike whether it is watched or not", async () => {
      const watched = pipe(
        trainer(),
        tap((s: Step) => [s.predict(s.batch.examples, s.batch.size), s.penalty]),
        lossOf,
      );
      expect(await collect(toyBatches(5).pipe(watched))).toEqual(await collect(toyBatches(5).pipe(trainer(), lossOf)));
    });

    it("counts as many tensors after as before: completion, unsubscription, a consumer's, a batch's error", async () => {
      await expectNoLeak(() => collect(toyBatches(4).pipe(trainer(), lossOf)));
      await expectNoLeak(() => collect(toyBatches(9).pipe(trainer({ activations: noise() }), take(2), lossOf)));
      await expectNoLeak(() => {
        const batches = new Subject<ReturnType<typeof toyBatch>>();
        const subscription = batches.pipe(trainer()).subscribe();
        batches.next(toyBatch(0));
        subscription.unsubscribe();
        batches.next(toyBatch(1));
      });
      const thrower = map((): number => {
        throw new Error("mine");
      });
      await expectNoLeak(() => expect(collect(toyBatches(4).pipe(trainer(), thrower))).rejects.toThrow("mine"));
      await expectNoLeak(() => collect(NEVER.pipe(trainer(), take(0))));
      const broken = of({ ...toyBatch(0), examples: new Float32Array(3) });
      await expectNoLeak(() => expect(collect(broken.pipe(trainer()))).rejects.toThrow("values"));
    });

    it("leaves no tensor behind when a layer throws in the middle of a forward pass", async () => {
      const base = network();
      const failing: typeof base = {
        ...base,
        apply: (params, state, x, pass) =>
          base.apply(params, state, x, {
            ...pass,
            tap: (layer, site, value) => {
              if (layer === 2) throw new Error("layer 2 is broken");
              return pass.tap(layer, site, value);
            },
          }),
      };
      await expectNoLeak(() =>
        expect(collect(toyBatches(2).pipe(train(failing, sgd({ learningRate: 1 }), { seed: 0 })))).rejects.toThrow(
          "broken",
        ),
      );
    });

    it("names the parameter that no gradient reaches", async () => {
      const cut = map((a: Activation) =>
        a.layer === 2 ? { ...a, value: tf.tensor(numbers(a.value), a.value.shape) } : a,
      );
      await expectNoLeak(() =>
        expect(collect(toyBatches(1).pipe(trainer({ activations: cut })))).rejects.toThrow(
          /no gradient reaches layer1\/kernel/,
        ),
      );
    });

    it("ends as diverged before the weights are overwritten, naming step and first layer", async () => {
      const explode = map((a: Activation) =>
        a.step === 2 && a.layer === 2 && a.site === "norm" ? { ...a, value: tf.mul(a.value, Infinity) } : a,
      );
      const seen: number[] = [];
      await expectNoLeak(async () => {
        const run = collect(
          toyBatches(5).pipe(
            trainer({ activations: explode }),
            tap((s) => seen.push(s.step)),
          ),
        );
        const error: unknown = await run.catch((e: unknown) => e);
        expect(error).toBeInstanceOf(DivergedError);
        expect(error).toMatchObject({ step: 2, layer: 2 });
        expect((error as Error).message).toMatch(/the loss is (NaN|Infinity) at step 2: first at layer 2 \(norm\)/);
      });
      expect(seen).toEqual([0, 1]);
    });
  });

  describe("a live value read too late", () => {
    const late = (operator: OperatorFunction<Step, unknown>) => collect(toyBatches(3).pipe(trainer(), operator));

    it.each<[string, OperatorFunction<Step, unknown>, RegExp]>([
      ["delay", pipe(delay<Step>(0), lossOf), /loss of step 0 was read after its push had ended/],
      [
        "bufferCount",
        pipe(
          bufferCount<Step>(2),
          map(([s]) => s!.grads),
        ),
        /grads of step 0 was read after/,
      ],
      ["a promise", concatMap((s: Step) => Promise.resolve().then(() => s.params)), /params of step 0/],
      [
        "a held activation",
        pipe(
          activations({ layers: [2] }),
          bufferCount(2),
          map(([a]) => a!.value),
        ),
        /value of layer 2 \(norm\), step 0 was read after/,
      ],
    ])("by %s gives an error that names the cause", async (_name, operator, message) => {
      await expectNoLeak(() => expect(late(operator)).rejects.toThrow(message));
    });

    it("can hold what is plain", async () => {
      const held = await collect(
        toyBatches(3).pipe(
          trainer(),
          bufferCount(3),
          map((s) => s.map((one) => one.step)),
        ),
      );
      expect(held).toEqual([[0, 1, 2]]);
    });
  });

  it("learns: the loss of a fixed batch falls", async () => {
    const batches = from(Array.from({ length: 60 }, (_, step) => ({ ...toyBatch(0), step })));
    const losses = await collect(batches.pipe(trainer({}, 0.2), lossOf));
    expect(losses.at(-1)!).toBeLessThan(0.2 * losses[0]!);
    expect(backend).toBeTruthy();
  });
});
