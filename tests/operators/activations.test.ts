import * as tf from "@tensorflow/tfjs";
import { delay, filter, map, mergeMap, pipe, scan, take, tap, type OperatorFunction } from "rxjs";
import { describe, expect, it } from "vitest";
import {
  activations,
  batchNorm,
  fold,
  gradients,
  injectNoise,
  mlp,
  rootKey,
  sgd,
  train,
  UserError,
  type Activation,
  type Step,
  type TrainOptions,
} from "gradstream";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak, relativeError } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const network = (norm = true) => mlp({ hidden: [6, 5], classes: 3, ...(norm ? { norm: batchNorm } : {}) });
const trainer = (options: Partial<TrainOptions> = {}, learningRate = 0.1) =>
  train(network(), sgd({ learningRate, weightDecay: 1e-3 }), { seed: 1, ...options });
const noise = () => injectNoise({ nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 });
const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const lossOf = map((step: Step) => step.loss.dataSync()[0]!);

onEachBackend(() => {
  describe("the activations operator", () => {
    const run = (operator: OperatorFunction<Activation, Activation>, steps = 2) =>
      collect(toyBatches(steps).pipe(trainer({ activations: operator }), lossOf));
    const only = (layer: number) => (a: Activation) => a.layer === layer && a.site === "norm";

    it.each<[string, OperatorFunction<Activation, Activation>, RegExp]>([
      [
        "drops",
        filter((a: Activation) => !only(2)(a)),
        /layer 2 \(norm\), step 0: .* gave 0 activations for one: dropped/,
      ],
      [
        "doubles",
        mergeMap((a: Activation) => (only(2)(a) ? [a, a] : [a])),
        /layer 2 \(norm\), step 0: .* gave 2 activations/,
      ],
      ["delays", delay<Activation>(0), /layer 1 \(linear\), step 0: .* gave 0 activations for one: dropped or delayed/],
      ["completes", take<Activation>(1), /completed before training did/],
      [
        "throws",
        map((a: Activation) => {
          if (only(1)(a)) throw new Error("my mistake");
          return a;
        }),
        /layer 1 \(norm\), step 0: .* threw: my mistake/,
      ],
      [
        "changes the shape",
        map((a: Activation) => ({ ...a, value: tf.slice(a.value, 0, 4) })),
        /changed the shape from \[8,6\] to \[4,6\]/,
      ],
      [
        "swaps activations",
        pipe(
          scan((held: Activation[], a: Activation) => [a, ...held].slice(0, 2), []),
          map((held) => held.at(-1)!),
        ),
        /gave the activation of layer 1 \(linear\) instead/,
      ],
    ])("that %s gives a clear error and leaves nothing", async (_name, operator, message) => {
      await expectNoLeak(async () => {
        const error: unknown = await run(operator).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(UserError);
        expect((error as Error).message).toMatch(message);
      });
    });

    it("intervenes, and gradients flow through what it does", async () => {
      const double = map((a: Activation) => (only(2)(a) ? { ...a, value: tf.mul(a.value, 2) } : a));
      const firstGradient = async (operator?: OperatorFunction<Activation, Activation>) =>
        (
          await collect(
            toyBatches(1).pipe(
              train(network(false), sgd({ learningRate: 0 }), {
                seed: 1,
                activations: operator,
                loss: (logits) => tf.sum(logits),
              }),
              map((s) => numbers(s.grads["layer1/kernel"]!)),
            ),
          )
        )[0]!;
      const [plain, doubled] = [await firstGradient(), await firstGradient(double)];
      expect(
        relativeError(
          doubled,
          plain.map((g) => 2 * g),
        ),
      ).toBeLessThan(1e-6);
    });

    it("meets the same key at every evaluation of a step, and another at each step, layer and site", async () => {
      const keys = new Set<string>();
      let count = 0;
      await run(
        tap((a: Activation) => {
          keys.add(`${a.key.hi} ${a.key.lo}`);
          count += 1;
        }),
        3,
      );
      expect(keys.size).toBe(count);
      const key = fold(rootKey(1), "step", 2, 3, "output");
      expect(keys).toContain(`${key.hi} ${key.lo}`);
    });

    it("keeps its state over a training and starts afresh for the next", async () => {
      const counter = () => {
        const seen: number[] = [];
        const operator = map((a: Activation, i: number) => {
          seen.push(i);
          return a;
        });
        return { seen, operator };
      };
      const { seen, operator } = counter();
      await run(operator, 2);
      expect(seen).toEqual(Array.from({ length: 16 }, (_, i) => i));
      await run(operator, 1);
      expect(seen.slice(16)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });

    it("is left out of evaluation unless asked, and then meets the step's own noise", async () => {
      const operator = map((a: Activation) =>
        a.site === "output" && a.layer === 3 ? { ...a, value: tf.mul(a.value, 0) } : a,
      );
      const logits = await collect(
        toyBatches(1).pipe(
          trainer({ activations: operator, loss: (l) => tf.sum(l) }),
          map((s) =>
            [false, true].map((intervene) => numbers(s.predict(s.batch.examples, s.batch.size, { intervene }))),
          ),
        ),
      );
      const [plain, intervened] = logits[0]!;
      expect(plain!.some((v) => v !== 0)).toBe(true);
      expect(intervened!.every((v) => v === 0)).toBe(true);
    });
  });

  describe("activations and gradients", () => {
    it("show the training pass itself, at the chosen layers and site", async () => {
      const seen = await collect(
        toyBatches(2).pipe(
          trainer({ activations: noise() }),
          activations({ layers: [1, 2] }),
          map(({ step, layer, site, value }) => ({ step, layer, site, shape: value.shape })),
        ),
      );
      expect(seen).toEqual(
        [0, 1].flatMap((step) => [
          { step, layer: 1, site: "norm", shape: [8, 6] },
          { step, layer: 2, site: "norm", shape: [8, 5] },
        ]),
      );
    });

    it("relate as the network says: output is relu of norm", async () => {
      const pairs = await collect(
        toyBatches(1).pipe(
          trainer(),
          map((s) => {
            const at = (site: string) => numbers(s.activations.find((a) => a.layer === 1 && a.site === site)!.value);
            return { norm: at("norm"), output: at("output") };
          }),
        ),
      );
      expect(pairs[0]!.output).toEqual(pairs[0]!.norm.map((v) => Math.max(0, v)));
    });

    it("come by parameter, in the network's order", async () => {
      const names = await collect(
        toyBatches(1).pipe(
          trainer(),
          gradients({ layers: [2, 3] }),
          map((g) => `${g.step} ${g.layer} ${g.name} ${g.value.shape}`),
        ),
      );
      expect(names).toEqual([
        "0 2 layer2/kernel 6,5",
        "0 2 layer2/scale 5",
        "0 2 layer2/shift 5",
        "0 3 layer3/kernel 5,3",
        "0 3 layer3/bias 3",
      ]);
    });

    it.each([
      [() => activations({ layers: [4] }), "activations: no layer 4; this network has 3"],
      [() => gradients({ layers: [] }), "gradients: layers is empty; name some"],
      [() => activations({ layers: [3], site: "norm" }), "layer 3 (dense(3)) has no site norm, only linear, output"],
    ])("name what is not there", async (operator, message) => {
      await expect(
        collect(toyBatches(1).pipe(trainer(), operator() as OperatorFunction<Step, unknown>)),
      ).rejects.toThrow(message);
    });
  });
});
