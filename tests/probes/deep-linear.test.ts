import { Matrix } from "ml-matrix";
import { map, take } from "rxjs";
import { describe, expect, it } from "vitest";
import type { Step } from "../../src/core/live.ts";
import { halfSquares } from "../../src/core/losses.ts";
import { rootKey } from "../../src/core/random.ts";
import type { Batch } from "../../src/core/types.ts";
import { linearTask } from "../../src/data/linear-task.ts";
import { batchNorm } from "../../src/nn/batch-norm.ts";
import { deepLinear } from "../../src/nn/deep-linear.ts";
import { train } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { ics } from "../../src/probes/ics.ts";
import { UserError } from "../../src/core/errors.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";

const task = (options: { size: number; units: number }) => linearTask({ ...options, key: rootKey(1) }).pipe(take(1));
const training = (depth: number, width: number, rate: number) =>
  train(deepLinear({ depth, width }), sgd({ learningRate: rate }), { seed: 4, loss: halfSquares });

/** ICS of every layer of f(x) = x W_1 ⋯ W_k, half sum of squares, in float64. */
async function exactIcs(depth: number, width: number, size: number, rate: number) {
  const [batch] = (await collect(task({ size, units: width }))) as [Batch];
  const [kernels] = await collect(
    task({ size, units: width }).pipe(
      training(depth, width, rate),
      map((step: Step) => Object.values(step.params).map((value) => [...value.dataSync<"float32">()])),
    ),
  );
  const weights = kernels!.map((values) => Matrix.from1DArray(width, width, values));
  const x = Matrix.from1DArray(size, width, [...batch.examples]);
  const t = Matrix.from1DArray(size, width, [...batch.labels]);
  const gradients = (all: readonly Matrix[]): Matrix[] => {
    const inputs = [x];
    for (const w of all) inputs.push(inputs.at(-1)!.mmul(w));
    let upstream = Matrix.sub(inputs.at(-1)!, t);
    const grads: Matrix[] = [];
    for (let i = all.length - 1; i >= 0; i--) {
      grads[i] = inputs[i]!.transpose().mmul(upstream);
      upstream = upstream.mmul(all[i]!.transpose());
    }
    return grads;
  };
  const grads = gradients(weights);
  const next = weights.map((w, i) => Matrix.sub(w, Matrix.mul(grads[i]!, rate)));
  return weights.map((_, i) => {
    const after = gradients(weights.map((w, j) => (j < i ? next[j]! : w)))[i]!;
    const [g, d] = [grads[i]!, Matrix.sub(after, grads[i]!)];
    const [gg, aa, dd] = [g, after, d].map((m) => m.norm("frobenius") ** 2) as [number, number, number];
    const longer = Math.sqrt(aa) - Math.sqrt(gg);
    return {
      l2: Math.sqrt(dd),
      relative: Math.sqrt(dd / gg),
      cosineDistance: (dd - longer ** 2) / (2 * Math.sqrt(gg * aa)),
    };
  });
}

onEachBackend(() => {
  describe("ics of a deep linear network", () => {
    it("two scalar layers, by hand", async () => {
      const [depth, width, size, rate] = [2, 1, 5, 0.01];
      const [batch] = (await collect(task({ size, units: 1 }))) as [Batch];
      const steps = task({ size, units: 1 }).pipe(training(depth, width, rate));
      const [weights] = await collect(
        steps.pipe(map((s) => Object.values(s.params).map((p) => p.dataSync<"float32">()[0]!))),
      );
      const [w1, w2] = weights as [number, number];
      const sum = (f: (x: number, t: number) => number) =>
        batch.examples.reduce((total, x, i) => total + f(x, batch.labels[i]!), 0);
      const g1 = sum((x, t) => (x * w1 * w2 - t) * x * w2);
      const dw2 = (first: number) => sum((x, t) => (x * first * w2 - t) * x * first);
      const expected = Math.abs(dw2(w1 - rate * g1) - dw2(w1));
      const records = await collect(steps.pipe(ics()));
      expect(valuesOf(records, "l2")[0]).toBe(0);
      expect(Math.abs(valuesOf(records, "l2")[1]! / expected - 1)).toBeLessThan(1e-3);
      expect(Math.abs(valuesOf(records, "cosine")[1]!)).toBeCloseTo(1, 6);
    });

    // How far float32 can be trusted where the gradients are nearly equal: the smallest difference it resolves is about
    // 1e-6 of the gradient, so l2 is good to 1e-6 / normalized_l2, and 1 - cosine, of second order, to twice that.
    it.each([1e-4, 1e-6, 1e-7, 1e-8])("25 layers at learning rate %d: as exact as float32 allows", async (rate) => {
      const [depth, width, size] = [25, 10, 200];
      const expected = await exactIcs(depth, width, size, rate);
      const records = await collect(task({ size, units: width }).pipe(training(depth, width, rate), ics()));
      const [l2, distance] = [valuesOf(records, "l2"), valuesOf(records, "cosine_distance")];
      expected.slice(1).forEach((exact, i) => {
        const trust = 4e-6 / exact.relative;
        expect(Math.abs(l2[i + 1]! / exact.l2 - 1), `l2 of layer ${i + 2}`).toBeLessThan(trust + 1e-4);
        const off = Math.abs(distance[i + 1]! - exact.cosineDistance);
        expect(off, `1 - cosine of layer ${i + 2}`).toBeLessThan(
          (2 * trust + 1e-4) * exact.relative * Math.max(exact.relative, 4e-6) + 1e-15,
        );
      });
    });
  });
});

describe("deepLinear", () => {
  it("normalizes the last layer unless told not to", () => {
    const norms = (normalizeLast: boolean) =>
      Object.keys(deepLinear({ depth: 3, width: 2, norm: batchNorm, normalizeLast }).init(rootKey(0), [2]).params);
    expect(norms(true)).toContain("layer3/scale");
    expect(norms(false)).not.toContain("layer3/scale");
    expect(norms(false)).toContain("layer2/scale");
  });

  it.each([{ depth: 0 }, { width: 1.5 }])("refuses %j", (options) => {
    expect(() => deepLinear(options)).toThrow(UserError);
  });
});

describe("linearTask", () => {
  it("has targets A x for one A, the same from the same key, and the same batch each step", async () => {
    const batches = (await collect(linearTask({ size: 40, units: 3, key: rootKey(7) }).pipe(take(2)))) as [
      Batch,
      Batch,
    ];
    expect(batches.map(({ step }) => step)).toEqual([0, 1]);
    expect(batches[1].examples).toBe(batches[0].examples);
    const x = Matrix.from1DArray(40, 3, [...batches[0].examples]);
    const t = Matrix.from1DArray(40, 3, [...batches[0].labels]);
    const { solve } = await import("ml-matrix");
    const a = solve(x, t);
    expect(Matrix.sub(x.mmul(a), t).norm("frobenius")).toBeLessThan(1e-5);
    const again = (await collect(linearTask({ size: 40, units: 3, key: rootKey(7) }).pipe(take(1)))) as [Batch];
    expect(again[0].labels).toEqual(batches[0].labels);
  });

  it("refuses a size that is none", () => {
    expect(() => linearTask({ size: 0, key: rootKey(0) })).toThrow(
      "linearTask: size must be a whole number from 1 up, not 0",
    );
  });
});
