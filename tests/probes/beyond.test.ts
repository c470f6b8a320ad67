import * as tf from "@tensorflow/tfjs";
import { Matrix, SVD } from "ml-matrix";
import { map, type OperatorFunction } from "rxjs";
import { describe, expect, it } from "vitest";
import type { Step } from "../../src/core/live.ts";
import { permutation, rootKey, fold } from "../../src/core/random.ts";
import type { Histogram, Reading, Recorded } from "../../src/core/types.ts";
import { activations } from "../../src/operators/activations.ts";
import { curvature } from "../../src/probes/curvature.ts";
import { drift, wasserstein } from "../../src/probes/drift.ts";
import { gradientNoiseScale } from "../../src/probes/gradient-noise-scale.ts";
import { hessianTrace } from "../../src/probes/hessian-trace.ts";
import { hessian } from "../../src/probes/hessian.ts";
import { histogram } from "../../src/probes/histogram.ts";
import { moments } from "../../src/probes/moments.ts";
import { norms } from "../../src/probes/norms.ts";
import { evaluate } from "../../src/probes/objective.ts";
import { deadUnits, effectiveRank, effectiveRankOf } from "../../src/probes/representation.ts";
import { spectralDensity } from "../../src/probes/spectral-density.ts";
import { sharpness } from "../../src/probes/sharpness.ts";
import type { Loss } from "../../src/core/losses.ts";
import { mlp } from "../../src/nn/mlp.ts";
import { train } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { probeContract, toyTraining } from "../contracts/probe.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const measure = (probe: OperatorFunction<Step, Recorded>, steps = 1): Promise<Recorded[]> =>
  collect(toyBatches(steps).pipe(toyTraining(), probe));
const unitValues = (layer: number, site: "norm" | "output", unit: number, steps: number) =>
  collect(
    toyBatches(steps).pipe(
      toyTraining(),
      activations({ layers: [layer], site }),
      map(({ value }) => {
        const units = value.shape.at(-1)!;
        return [...value.dataSync<"float32">()].filter((_, i) => i % units === unit);
      }),
    ),
  );
const summed: Loss = Object.assign((logits: tf.Tensor) => tf.sum<tf.Scalar>(tf.square(logits)), {
  reduction: "sum" as const,
});
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const central = (values: readonly number[], power: number): number => {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** power));
};

onEachBackend(() => {
  describe("contracts", () => {
    probeContract("norms", (when) => norms({ when }));
    probeContract("drift", (when) => drift({ when, layers: [1, 2] }));
    probeContract("curvature", (when) => curvature({ when }));
    probeContract("hessian", (when) => hessian({ when, iterations: 3 }));
    probeContract("preconditioned_hessian", (when) => hessian({ when, iterations: 3, preconditioned: true }));
    probeContract("hessian_trace", (when) => hessianTrace({ when, iterations: 6 }));
    probeContract("spectral_density", (when) => spectralDensity({ when, iterations: 3, vectors: 2, bins: 5 }));
    probeContract("sharpness", (when) => sharpness({ when }));
    probeContract("gradient_noise_scale", (when) => gradientNoiseScale({ when }));
    probeContract("effective_rank", (when) => effectiveRank({ when, layers: [1, 2] }));
    probeContract("dead_units", (when) => deadUnits({ when, layers: [1, 2] }));
  });

  describe("drift", () => {
    it("is the change of mean and variance, and Wasserstein-1, of a unit between records", async () => {
      const records = await measure(drift({ layers: [2], units: [3] }), 3);
      const seen = await unitValues(2, "norm", 3, 3);
      seen.forEach((values, step) => {
        const at = (stat: string): number =>
          (records as Reading[]).find((r) => r.step === step && r.stat === stat)?.value ?? NaN;
        expect(at("mean_drift")).toBeCloseTo(mean(values) - mean(seen[0]!), 5);
        expect(at("variance_drift")).toBeCloseTo(central(values, 2) - central(seen[0]!, 2), 5);
        if (step === 0) return expect(at("wasserstein")).toBeNaN();
        const before = seen[step - 1]!;
        expect(at("mean_change")).toBeCloseTo(Math.abs(mean(values) - mean(before)), 5);
        expect(at("variance_change")).toBeCloseTo(Math.abs(central(values, 2) - central(before, 2)), 5);
        const rise = (list: readonly number[]) => [...list].sort((a, b) => a - b);
        const distance = mean(rise(values).map((value, i) => Math.abs(value - rise(before)[i]!)));
        expect(at("wasserstein")).toBeCloseTo(distance, 5);
        expect(at("wasserstein_per_sd")).toBeCloseTo(distance / Math.sqrt(central(values, 2)), 5);
      });
    });

    it("follows a unit drawn once from the seed", async () => {
      const records = (await measure(drift({ layers: [1] }), 3)) as Reading[];
      const expected = permutation(fold(rootKey(1), "units", 1), 6)[0];
      expect(new Set(records.map(({ unit }) => unit))).toEqual(new Set([expected]));
    });

    it("names a layer with too few units", async () => {
      await expect(measure(drift({ layers: [1], units: { random: 7 } }))).rejects.toThrow(
        "drift: cannot draw 7 units of layer 1, which has 6",
      );
    });
  });

  describe("moments and histograms of chosen and drawn units", () => {
    it("has the fourth moment where asked", async () => {
      const records = await measure(moments({ layers: [1], units: [2], kurtosis: true }));
      const [values] = await unitValues(1, "norm", 2, 1);
      const expected = central(values!, 4) / central(values!, 2) ** 2 - 3;
      expect(valuesOf(records, "excess_kurtosis")[0]).toBeCloseTo(expected, 3);
    });

    it("draws as many units as asked, each counted by itself", async () => {
      const records = (await measure(histogram({ layers: [1], units: { random: 3 }, bins: 5 }))) as Histogram[];
      expect(records).toHaveLength(3);
      expect(new Set(records.map(({ unit }) => unit)).size).toBe(3);
      for (const { counts } of records) expect(counts.reduce((a, b) => a + b, 0)).toBe(8);
    });
  });

  describe("representation", () => {
    it("effective rank is exp of the entropy of singular values", async () => {
      const [rows] = await collect(
        toyBatches(1).pipe(
          toyTraining(),
          activations({ layers: [1], site: "output" }),
          map(({ value }) => value.arraySync() as number[][]),
        ),
      );
      const { diagonal } = new SVD(new Matrix(rows!));
      const sum = diagonal.reduce((a, b) => a + b, 0);
      const entropy = -diagonal.reduce((a, s) => (s > 1e-9 ? a + (s / sum) * Math.log(s / sum) : a), 0);
      const [value] = valuesOf(await measure(effectiveRank({ layers: [1] })), "effective_rank");
      expect(value).toBeCloseTo(Math.exp(entropy), 3);
    });

    it("dead units are those that no example switches on", async () => {
      const [rows] = await collect(
        toyBatches(1).pipe(
          train(mlp({ hidden: [40], classes: 3 }), sgd({ learningRate: 0.1 }), { seed: 1 }),
          activations({ layers: [1], site: "output" }),
          map(({ value }) => value.arraySync() as number[][]),
        ),
      );
      const dead = rows![0]!.filter((_, unit) => rows!.every((row) => row[unit]! <= 0)).length / 40;
      const records = await collect(
        toyBatches(1).pipe(
          train(mlp({ hidden: [40], classes: 3 }), sgd({ learningRate: 0.1 }), { seed: 1 }),
          deadUnits({ layers: [1] }),
        ),
      );
      expect(valuesOf(records, "dead_fraction")[0]).toBeCloseTo(dead, 6);
    });
  });

  describe("gradientNoiseScale", () => {
    it("is the two-batch-size estimate from the halves of the batch", async () => {
      const records = await measure(gradientNoiseScale());
      const [norms2] = await collect(
        toyBatches(1).pipe(
          toyTraining(),
          map((step) =>
            tf.tidy(() => {
              const squared = (grads: Readonly<Record<string, tf.Tensor>>) =>
                Object.values(grads).reduce(
                  (sum, g) => g.dataSync<"float32">().reduce((part, x) => part + x * x, sum),
                  0,
                );
              const half = (range: readonly [number, number]) => squared(evaluate(step, step.params, { range }).grads);
              return [squared(step.grads), half([0, 4]), half([4, 8])] as never;
            }),
          ),
        ),
      );
      const [whole, first, second] = norms2 as unknown as [number, number, number];
      const small = (first + second) / 2;
      const signal = (8 * whole - 4 * small) / 4;
      const variance = (small - whole) / (1 / 4 - 1 / 8);
      expect(valuesOf(records, "squared_gradient_norm")[0]! / signal).toBeCloseTo(1, 3);
      expect(valuesOf(records, "gradient_variance")[0]! / variance).toBeCloseTo(1, 3);
      expect(valuesOf(records, "gradient_noise_scale")[0]! / (variance / signal)).toBeCloseTo(1, 3);
    });

    it("refuses a loss that is a sum over the batch", async () => {
      const training = toyBatches(1).pipe(
        train(mlp({ hidden: [2], classes: 3 }), sgd({ learningRate: 0 }), { loss: summed, seed: 0 }),
      );
      await expect(collect(training.pipe(gradientNoiseScale()))).rejects.toThrow(
        "gradientNoiseScale: needs a loss that is a mean over the batch, not a sum",
      );
    });

    it("refuses a batch that has no halves", async () => {
      const odd = collect(toyBatches(1, { size: 7 }).pipe(toyTraining(), gradientNoiseScale()));
      await expect(odd).rejects.toThrow("gradientNoiseScale: needs an even batch of 4 examples or more, not 7");
    });
  });
});

describe("wasserstein", () => {
  it("of samples of different sizes is the area between their quantile functions", () => {
    expect(wasserstein([0, 1], [0, 1])).toBe(0);
    expect(wasserstein([0], [3])).toBe(3);
    expect(wasserstein([0, 0, 0], [1, 2])).toBeCloseTo(1.5, 12);
    expect(wasserstein([0, 1, 2], [0, 2])).toBeCloseTo(1 / 3, 12);
  });
});

describe("effectiveRankOf", () => {
  it("counts equal directions, and gives NaN for what is not finite", () => {
    expect(effectiveRankOf([4, 0, 0, 4])).toBeCloseTo(2, 12);
    expect(effectiveRankOf([4, 0, 0, 0])).toBeCloseTo(1, 12);
    expect(effectiveRankOf([0, 0, 0, 0])).toBe(0);
    expect(effectiveRankOf([NaN, 0, 0, 1])).toBeNaN();
  });
});
