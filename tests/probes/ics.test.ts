import * as tf from "@tensorflow/tfjs";
import type { Scalar } from "@tensorflow/tfjs";
import { map, type OperatorFunction } from "rxjs";
import { describe, expect, it } from "vitest";
import { valueAndGradients } from "../../src/core/gradients.ts";
import type { Step } from "../../src/core/live.ts";
import type { Params } from "../../src/core/params.ts";
import { layerOf } from "../../src/core/params.ts";
import { batchNorm } from "../../src/nn/batch-norm.ts";
import { mlp } from "../../src/nn/mlp.ts";
import { vgg } from "../../src/nn/vgg.ts";
import { injectNoise } from "../../src/operators/inject-noise.ts";
import { train } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { gradientSteps } from "../../src/probes/gradient-steps.ts";
import { ics } from "../../src/probes/ics.ts";
import { probeContract } from "../contracts/probe.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const noise = () => injectNoise({ nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 });
const deep = { hidden: [7, 6, 5, 6], classes: 3 };
const IMAGES = { size: 6, shape: [32, 32, 3], classes: 10 };

const TRAININGS: Record<
  string,
  () => OperatorFunction<ReturnType<typeof import("../fixtures/toy-batches.ts").toyBatch>, Step>
> = {
  mlp: () => train(mlp(deep), sgd({ learningRate: 0.3 }), { seed: 2 }),
  "mlp, BatchNorm, weight decay": () =>
    train(mlp({ ...deep, norm: batchNorm }), sgd({ learningRate: 0.3, weightDecay: 1e-2 }), { seed: 2 }),
  "mlp, BatchNorm, noise": () =>
    train(mlp({ ...deep, norm: batchNorm }), sgd({ learningRate: 0.3 }), { seed: 2, activations: noise() }),
};

const relative = (actual: number, expected: number) => Math.abs(actual - expected) / Math.max(1e-6, Math.abs(expected));
const dot = (a: Params, b: Params): number =>
  Object.entries(a).reduce((sum, [name, value]) => {
    const [xs, ys] = [value.dataSync<"float32">(), b[name]!.dataSync<"float32">()];
    return xs.reduce((part, x, i) => part + x * ys[i]!, sum);
  }, 0);
const minus = (a: Params, b: Params): Params =>
  Object.fromEntries(Object.entries(a).map(([name, value]) => [name, tf.sub(value, b[name]!)]));
const only = (params: Params, test: (name: string) => boolean): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => test(name)));

function gradientAt(step: Step, params: Params): { loss: number; grads: Params } {
  const { value, grads } = valueAndGradients((): Scalar => step.lossOf(step.pass(params)), params);
  return {
    loss: value.dataSync()[0]!,
    grads: step.penaltyTerm ? step.penaltyTerm.addGradient(grads, params) : grads,
  };
}

/** Definition 2.1, layer by layer, with whole passes. */
function slowIcs(step: Step, layer: number, kind: "weights" | "all"): [l2: number, cosine: number] {
  const mine = (name: string) => layerOf(name) === layer && (kind === "all" || name.endsWith("/kernel"));
  const mixed = Object.fromEntries(
    Object.keys(step.params).map((name) => [name, (layerOf(name) < layer ? step.next : step.params)[name]!]),
  );
  const [g, after] = [only(step.grads, mine), only(gradientAt(step, mixed).grads, mine)];
  const d = minus(after, g);
  return [Math.sqrt(dot(d, d)), dot(g, after) / Math.sqrt(dot(g, g) * dot(after, after))];
}

onEachBackend((backend) => {
  describe("ics", () => {
    probeContract("ics", (when) => ics({ when }));

    it.each(Object.entries(TRAININGS))("%s: is Definition 2.1, of every layer", async (_name, training) => {
      for (const parameters of ["weights", "all"] as const) {
        const fast = await collect(toyBatches(2).pipe(training(), ics({ parameters })));
        const slow = await collect(
          toyBatches(2).pipe(
            training(),
            map((step) => tf.tidy(() => step.layers.map(({ layer }) => slowIcs(step, layer, parameters)) as never)),
          ),
        );
        const expected = (slow as unknown as [number, number][][]).flat();
        valuesOf(fast, "l2").forEach((l2, i) => {
          if (i % 5 === 0) return expect(l2).toBe(0);
          expect(relative(l2, expected[i]![0]), `l2 of layer ${(i % 5) + 1}`).toBeLessThan(2e-4);
        });
        valuesOf(fast, "cosine").forEach((cosine, i) => {
          expect(Math.abs(cosine - expected[i]![1]), `cosine of layer ${(i % 5) + 1}`).toBeLessThan(2e-5);
        });
      }
    });

    if (backend !== "cpu") {
      it("a VGG with noise: one by one where activations are large, together where they are small", async () => {
        const training = () =>
          train(vgg({ depth: 11, width: 4, norm: batchNorm }), sgd({ learningRate: 0.1, weightDecay: 4e-4 }), {
            seed: 0,
            activations: noise(),
          });
        const batches = () => toyBatches(1, { ...IMAGES, size: 64 });
        const fast = await collect(batches().pipe(training(), ics()));
        const slow = await collect(
          batches().pipe(
            training(),
            map((step) => tf.tidy(() => step.layers.map(({ layer }) => slowIcs(step, layer, "weights")) as never)),
          ),
        );
        const expected = (slow as unknown as [number, number][][]).flat();
        valuesOf(fast, "l2").forEach((l2, i) => {
          if (i > 0) expect(relative(l2, expected[i]![0])).toBeLessThan(1e-3);
        });
        valuesOf(fast, "cosine").forEach((cosine, i) => expect(Math.abs(cosine - expected[i]![1])).toBeLessThan(1e-4));
      });
    }

    it("finds nothing when the learning rate is zero", async () => {
      const training = train(mlp({ ...deep, norm: batchNorm }), sgd({ learningRate: 0 }), { seed: 1 });
      const records = await collect(toyBatches(1).pipe(training, ics()));
      for (const value of valuesOf(records, "normalized_l2")) expect(value).toBeLessThan(1e-5);
      for (const value of valuesOf(records, "cosine")) expect(value).toBeCloseTo(1, 9);
    });

    it("names a layer that is not there", async () => {
      const wrong = collect(toyBatches(1).pipe(TRAININGS["mlp"]!(), ics({ layers: [9] })));
      await expect(wrong).rejects.toThrow("ics: no layer 9; this network has 5");
    });
  });

  describe("gradientSteps", () => {
    probeContract("gradient_steps", (when) => gradientSteps({ distances: [0.1, 0.2], when }));
    probeContract("random_steps", (when) => gradientSteps({ distances: [0.1], direction: "random", when }));

    it.each(Object.entries(TRAININGS))("%s: is what a walk and a full pass find", async (_name, training) => {
      const distances = [0.05, 0.4];
      const fast = await collect(toyBatches(2).pipe(training(), gradientSteps({ distances })));
      const slow = (await collect(
        toyBatches(2).pipe(
          training(),
          map((step) =>
            tf.tidy(() => {
              const { grads, params } = step;
              return distances.map((eta) => {
                const there = Object.fromEntries(
                  Object.entries(params).map(([name, p]) => [name, tf.sub(p, tf.mul(grads[name]!, eta))]),
                );
                const { loss, grads: found } = gradientAt(step, there);
                const d = minus(found, grads);
                const difference = Math.sqrt(dot(d, d));
                return [loss, difference, difference / (eta * Math.sqrt(dot(grads, grads)))];
              }) as never;
            }),
          ),
        ),
      )) as number[][][];
      const at = (stat: string) =>
        fast
          .filter((r) => r.kind === "reading" && r.stat === stat && r.distance !== undefined)
          .map((r) => (r as { value: number }).value);
      slow.flat().forEach(([loss, difference, beta], i) => {
        expect(relative(at("loss")[i]!, loss!)).toBeLessThan(1e-5);
        expect(relative(at("gradient_difference")[i]!, difference!)).toBeLessThan(1e-4);
        expect(relative(at("beta")[i]!, beta!)).toBeLessThan(1e-4);
      });
    });

    it("sums a step up: extremes, the largest beta and its distance, the ceilings", async () => {
      const distances = { learningRates: [0.5, 1, 2] };
      const records = await collect(toyBatches(1).pipe(TRAININGS["mlp"]!(), gradientSteps({ distances })));
      const readings = records.filter((r) => r.kind === "reading");
      const at = (stat: string) => readings.filter((r) => r.stat === stat && r.distance !== undefined);
      const one = (stat: string) => readings.find((r) => r.stat === stat && r.distance === undefined)!.value;
      expect(at("loss").map((r) => r.distance)).toEqual([0.15, 0.3, 0.6]);
      for (const stat of ["loss", "gradient_difference"]) {
        expect(one(`${stat}_min`)).toBe(Math.min(...at(stat).map((r) => r.value)));
        expect(one(`${stat}_max`)).toBe(Math.max(...at(stat).map((r) => r.value)));
      }
      const betas = at("beta").map((r) => r.value);
      expect(one("beta")).toBe(Math.max(...betas));
      expect(one("beta_distance")).toBe([0.15, 0.3, 0.6][betas.indexOf(Math.max(...betas))]);
      expect(one("vanishing_gradient_beta")).toBeCloseTo(1 / 0.15, 12);
      expect(one("edge_of_stability")).toBeCloseTo(2 / 0.3, 12);
    });

    it("walks as far in a random direction as against the gradient", async () => {
      // The loss is linear here but for the softmax: the random walk must differ from the gradient's, and agree in scale.
      const records = await collect(
        toyBatches(1).pipe(TRAININGS["mlp"]!(), gradientSteps({ distances: [0.1], direction: "random" })),
      );
      expect(valuesOf(records, "beta")[0]).toBeGreaterThan(0);
    });

    it.each([
      [[], "distances is empty"],
      [[0], "not 0"],
      [[-1], "not -1"],
      [[Infinity], "not Infinity"],
      [[NaN], "not NaN"],
    ])("refuses distances %j", (distances, message) => {
      expect(() => gradientSteps({ distances })).toThrow(message);
      expect(() => gradientSteps({ distances: { learningRates: distances } })).toThrow(message);
    });
  });
});
