import * as tf from "@tensorflow/tfjs";
import { from } from "rxjs";
import { describe, expect, it } from "vitest";
import { drawNoise } from "../../src/core/noise.ts";
import type { Activation } from "../../src/core/live.ts";
import { fold, rootKey, uniform } from "../../src/core/random.ts";
import { Steering } from "../../src/core/steering.ts";
import { injectNoise } from "../../src/operators/inject-noise.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect } from "../fixtures/streams.ts";
import { relativeError } from "../fixtures/tensors.ts";
import { itUnless } from "../fixtures/unless.ts";

const steering = new Steering().of(0);
const LAW = { nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 };

/** What the operator makes of a constant activation: `at(c)` for c = 0 is the shift, for c = 1 shift plus scale. */
async function noisy(shape: readonly number[], constant: number, step: number, law = LAW): Promise<Float32Array> {
  const key = fold(rootKey(11), "step", step, 4, "norm");
  const activation: Activation = { step, layer: 4, site: "norm", key, value: tf.fill([...shape], constant), steering };
  const [result] = await collect(from([activation]).pipe(injectNoise(law)));
  return result!.value.dataSync<"float32">();
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]) => {
  const m = mean(values);
  return mean(values.map((v) => (v - m) ** 2));
};
/** Largest distance between the empirical distribution and a uniform one: the Kolmogorov-Smirnov statistic. */
const ksUniform = (values: readonly number[], lo: number, hi: number) =>
  Math.max(
    ...[...values].sort((a, b) => a - b).map((v, i) => Math.abs((i + 0.5) / values.length - (v - lo) / (hi - lo))),
  );

onEachBackend((backend) => {
  describe("Algorithm 1, level by level", () => {
    const units = 64;
    const shape = [16, 8, 8, units];

    it("elements: m is uniform about its unit's shift with half-width rMu, s normal about its unit's scale", async () => {
      const [shift, sum] = [await noisy(shape, 0, 1), await noisy(shape, 1, 1)];
      const pooled: number[] = [];
      for (let unit = 0; unit < units; unit++) {
        const m = [...shift].filter((_, e) => e % units === unit);
        const s = m.map((value, i) => sum[i * units + unit]! - value);
        const mu = mean(m);
        expect(Math.max(...m) - Math.min(...m)).toBeLessThanOrEqual(0.2 + 1e-6);
        expect(Math.abs(variance(m) / (0.1 ** 2 / 3) - 1)).toBeLessThan(0.1);
        expect(ksUniform(m, mu - 0.1, mu + 0.1)).toBeLessThan(0.07);
        // 1024 draws: the relative standard deviation of the estimate is sqrt(2 / 1024) = 4.4 %.
        expect(Math.abs(variance(s) / 0.1 ** 2 - 1)).toBeLessThan(0.18);
        pooled.push(...s.map((v) => v - mean(s)));
        // Shift and scale of one element are independent.
        expect(Math.abs(mean(s.map((v, i) => (v - mean(s)) * (m[i]! - mu))))).toBeLessThan(8e-4);
      }
      expect(Math.abs(variance(pooled) / 0.1 ** 2 - 1)).toBeLessThan(0.02);
      const kurtosis = mean(pooled.map((v) => v ** 4)) / variance(pooled) ** 2;
      expect(Math.abs(kurtosis - 3)).toBeLessThan(0.1);
    });

    it("units: mu_j is uniform on ±nMu and sigma_j on [1, nSigma], over units and steps", async () => {
      const mus: number[] = [];
      const sigmas: number[] = [];
      const narrow = { ...LAW, rMu: 0, rSigma: 0 };
      for (let step = 0; step < 12; step++) {
        const [shift, sum] = [await noisy([1, units], 0, step, narrow), await noisy([1, units], 1, step, narrow)];
        mus.push(...shift);
        sigmas.push(...shift.map((m, i) => sum[i]! - m));
      }
      expect(Math.min(...mus)).toBeGreaterThanOrEqual(-0.5);
      expect(Math.max(...mus)).toBeLessThanOrEqual(0.5);
      // 768 draws: the 0.1 % point of the statistic is 1.95 / sqrt(768) = 0.070.
      expect(ksUniform(mus, -0.5, 0.5)).toBeLessThan(0.07);
      expect(ksUniform(sigmas, 1, 1.25)).toBeLessThan(0.07);
    });

    it("steps: a unit's mean moves by 1/3 on average between two steps", async () => {
      const narrow = { ...LAW, rMu: 0, rSigma: 0 };
      const steps = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((step) => noisy([1, 128], 0, step, narrow)));
      const moves = steps.slice(1).flatMap((now, i) => [...now].map((v, j) => Math.abs(v - steps[i]![j]!)));
      expect(mean(moves)).toBeGreaterThan(0.31);
      expect(mean(moves)).toBeLessThan(0.357);
    });

    it("whole units: a standard normal activation gets mean mu_j and variance sigma_j² + rSigma² + rMu²/3", async () => {
      const key = fold(rootKey(11), "step", 3, 4, "norm");
      const value = tf.randomNormal([4096, 8], 0, 1, "float32", 5);
      const [result] = await collect(
        from([{ step: 3, layer: 4, site: "norm" as const, key, value, steering }]).pipe(injectNoise(LAW)),
      );
      const mu = uniform(fold(key, "mu"), 8, -0.5, 0.5);
      const sigma = uniform(fold(key, "sigma"), 8, 1, 1.25);
      const rows = result!.value.arraySync() as number[][];
      for (let unit = 0; unit < 8; unit++) {
        const values = rows.map((row) => row[unit]!);
        expect(Math.abs(mean(values) - mu[unit]!)).toBeLessThan(0.08);
        expect(Math.abs(variance(values) / (sigma[unit]! ** 2 + 0.01 + 0.01 / 3) - 1)).toBeLessThan(0.12);
      }
    });
  });

  it("draws the same for the same key and anew for each step", async () => {
    expect(await noisy([4, 6], 1, 5)).toEqual(await noisy([4, 6], 1, 5));
    expect(await noisy([4, 6], 1, 6)).not.toEqual(await noisy([4, 6], 1, 5));
  });

  const own = backend === "tensorflow" ? "TensorFlow draws with a generator of its own, by the same law" : undefined;
  itUnless(own, "is what its plain twin draws", async () => {
    const [shape, key] = [[3, 2, 5, 7], fold(rootKey(11), "step", 9, 4, "norm")] as const;
    const { hi, lo } = fold(key, "elements");
    const units = { mu: uniform(fold(key, "mu"), 7, -0.5, 0.5), sigma: uniform(fold(key, "sigma"), 7, 1, 1.25) };
    const { scale, shift } = drawNoise(3 * 2 * 5 * 7, { hi, lo, ...units, rMu: 0.1, rSigma: 0.1 });
    const result = await noisy(shape, 2, 9);
    expect(
      relativeError(
        result,
        scale.map((s, e) => 2 * s + shift[e]!),
      ),
    ).toBeLessThan(1e-6);
  });

  it("scales gradients by s: they flow through the product alone", async () => {
    const key = fold(rootKey(1), "k");
    const through = (value: tf.Tensor): tf.Tensor => {
      let out!: tf.Tensor;
      const activation: Activation = { step: 0, layer: 1, site: "norm", key, value, steering };
      from([activation])
        .pipe(injectNoise(LAW))
        .subscribe((a) => (out = a.value));
      return out;
    };
    const x = tf.ones([3, 5]);
    const gradient = tf.grad((v) => tf.sum(through(v)))(x);
    const scale = tf.sub(through(x), through(tf.zeros([3, 5])));
    expect(relativeError(gradient.dataSync(), scale.dataSync())).toBeLessThan(1e-6);
  });

  it("leaves other sites alone and refuses a law that is none", async () => {
    const activation: Activation = {
      step: 0,
      layer: 1,
      site: "output",
      key: rootKey(0),
      value: tf.ones([2]),
      steering,
    };
    const [result] = await collect(from([activation]).pipe(injectNoise(LAW)));
    expect(result).toBe(activation);
    expect(() => injectNoise({ ...LAW, rSigma: -1 })).toThrow(
      "injectNoise: rSigma must be a number from 0 up, a function of the step or an Observable, not -1",
    );
    expect(() => injectNoise({ ...LAW, nSigma: 0.5 })).toThrow("nSigma must be a number from 1 up");
  });
});
