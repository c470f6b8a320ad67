import type { Tensor } from "@tensorflow/tfjs-core";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { map, take, type OperatorFunction } from "rxjs";
import { describe, expect, it } from "vitest";
import type { Step } from "../../src/core/live.ts";
import { halfSquares } from "../../src/core/losses.ts";
import type { Optimizer } from "../../src/core/optimizer.ts";
import { fold, normal, rootKey } from "../../src/core/random.ts";
import type { Batch, Reading, Recorded } from "../../src/core/types.ts";
import { linearTask } from "../../src/data/linear-task.ts";
import { deepLinear } from "../../src/nn/deep-linear.ts";
import { probes } from "../../src/operators/probes.ts";
import { train } from "../../src/operators/train.ts";
import { adam } from "../../src/optim/adam.ts";
import { frozen } from "../../src/optim/frozen.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { curvature } from "../../src/probes/curvature.ts";
import { gradientSteps } from "../../src/probes/gradient-steps.ts";
import { hessianTrace } from "../../src/probes/hessian-trace.ts";
import { hessian } from "../../src/probes/hessian.ts";
import { spectralDensity } from "../../src/probes/spectral-density.ts";
import { norms } from "../../src/probes/norms.ts";
import { sharpness } from "../../src/probes/sharpness.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect } from "../fixtures/streams.ts";

const [UNITS, SIZE, RATE] = [4, 30, 1e-3];

/** One linear layer under half a sum of squares: L(W) = ½ ‖X W - T‖², whose Hessian X'X ⊗ I is known. */
const measure = async (probe: OperatorFunction<Step, Recorded>, steps = 1): Promise<Reading[]> => {
  const quadratic = train(deepLinear({ depth: 1, width: UNITS }), sgd({ learningRate: RATE }), {
    seed: 0,
    loss: halfSquares,
  });
  return (await collect(task(steps).pipe(quadratic, probe))) as Reading[];
};
const task = (steps = 1) => linearTask({ size: SIZE, units: UNITS, key: rootKey(3) }).pipe(take(steps));
const values = (tensor: Tensor): number[] => Array.from(tensor.dataSync<"float32">());
const kernel = map((step: Step) => Array.from(step.params["layer1/kernel"]!.dataSync<"float32">()) as never);

async function known() {
  const [batch] = (await collect(task())) as [Batch];
  const x = Matrix.from1DArray(SIZE, UNITS, [...batch.examples]);
  const t = Matrix.from1DArray(SIZE, UNITS, [...batch.labels]);
  const [values] = (await measure(kernel)) as unknown as [number[]];
  const w = Matrix.from1DArray(UNITS, UNITS, values);
  const residual = (at: Matrix): Matrix => Matrix.sub(x.mmul(at), t);
  const gram = x.transpose().mmul(x);
  const g = x.transpose().mmul(residual(w));
  const { realEigenvalues } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const spectrum = [...realEigenvalues].sort((a, b) => b - a);
  return { gram, g, w, spectrum, loss: (at: Matrix) => 0.5 * size(residual(at)) ** 2 };
}

const size = (m: Matrix): number => m.norm("frobenius");
const expectClose = (actual: number, expected: number, tolerance: number) =>
  expect(Math.abs(actual / expected - 1)).toBeLessThan(tolerance);
const one = (readings: readonly Reading[], stat: string, unit?: number): number =>
  readings.find((r) => r.stat === stat && r.unit === unit && r.distance === undefined)!.value;

onEachBackend(() => {
  describe("on a quadratic with a known Hessian", () => {
    it("beta is ‖Hg‖ / ‖g‖ at every distance, and loss the parabola", async () => {
      const { gram, g, w, loss } = await known();
      const readings = await measure(gradientSteps({ distances: [1e-3, 1e-2] }));
      for (const { stat, distance, value } of readings.filter((r) => r.distance !== undefined)) {
        const there = Matrix.sub(w, Matrix.mul(g, distance!));
        if (stat === "loss") expectClose(value, loss(there), 1e-5);
        if (stat === "beta") expectClose(value, size(gram.mmul(g)) / size(g), 1e-4);
        if (stat === "gradient_difference") expectClose(value, distance! * size(gram.mmul(g)), 1e-4);
      }
    });

    it("a random direction is as long as the gradient: beta is ‖Hd‖ / ‖g‖ with ‖d‖ = ‖g‖", async () => {
      const { gram, g } = await known();
      const draws = Matrix.from1DArray(UNITS, UNITS, [
        ...normal(fold(rootKey(0), "random direction", 0), UNITS * UNITS),
      ]);
      const readings = await measure(gradientSteps({ distances: [1e-2], direction: "random" }));
      expectClose(one(readings, "beta"), size(gram.mmul(draws)) / size(draws), 1e-4);
      expectClose(
        one(readings, "gradient_difference_max"),
        (1e-2 * size(g) * size(gram.mmul(draws))) / size(draws),
        1e-4,
      );
    });

    it("directional curvature is g'Hg / g'g", async () => {
      const { gram, g } = await known();
      const readings = await measure(curvature());
      expectClose(one(readings, "directional_curvature"), Matrix.mul(g, gram.mmul(g)).sum() / size(g) ** 2, 1e-3);
      expect(one(readings, "edge_of_stability")).toBe(2 / RATE);
    });

    it("Lanczos finds every eigenvalue of X'X ⊗ I as often as it is there, with a residual near zero", async () => {
      const { spectrum } = await known();
      const all = spectrum.flatMap((value) => Array<number>(UNITS).fill(value));
      for (const eigenvalues of [1, 3, 6, UNITS * UNITS]) {
        const readings = await measure(hessian({ eigenvalues }));
        for (let rank = 1; rank <= eigenvalues; rank++) {
          expectClose(one(readings, "eigenvalue", rank), all[rank - 1]!, 1e-4);
          expect(one(readings, "residual", rank)).toBeLessThan(1e-3 * all[0]!);
        }
        expect(one(readings, "iterations")).toBeLessThanOrEqual(UNITS * UNITS);
      }
    });

    it("preconditioned it finds the eigenvalues of P⁻¹H, with Adam's P written by hand", async () => {
      const { gram, g } = await known();
      const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-3];
      const optimizer = adam({ learningRate: RATE, beta1, beta2, epsilon });
      const measured = async (of: Optimizer, steps: number) => {
        const training = train(deepLinear({ depth: 1, width: UNITS }), of, { seed: 0, loss: halfSquares });
        const wide = hessian({ eigenvalues: 16, preconditioned: true });
        const both = probes(wide, (live) => live.pipe(map(({ grads }) => values(grads["layer1/kernel"]!) as never)));
        const records = (await collect(task(steps).pipe(training, both))) as unknown as (Reading | number[])[];
        const readings = records.filter((record): record is Reading => !Array.isArray(record));
        return { readings, grads: records.filter((record) => Array.isArray(record)) };
      };
      const { readings, grads } = await measured(optimizer, 3);
      expect(new Set(readings.map((r) => r.probe))).toEqual(new Set(["preconditioned_hessian"]));
      const hessianOf = gram.kroneckerProduct(Matrix.eye(UNITS));
      let square = g.to1DArray().map(() => 0);
      grads.forEach((gradient, step) => {
        square = square.map((value, i) => beta2 * value + (1 - beta2) * gradient[i]! ** 2);
        const root = square.map((value) => {
          const scale = Math.sqrt(value / (1 - beta2 ** (step + 1))) + epsilon;
          return 1 / Math.sqrt(scale * (1 - beta1 ** (step + 1)));
        });
        const scaled = Matrix.mul(hessianOf, Matrix.columnVector(root).mmul(Matrix.rowVector(root)));
        const { realEigenvalues } = new EigenvalueDecomposition(scaled, { assumeSymmetric: true });
        const exact = [...realEigenvalues].sort((a, b) => b - a);
        const found = readings.filter((r) => r.step === step && r.stat === "eigenvalue").map(({ value }) => value);
        expect(found).toHaveLength(16);
        found.forEach((value, i) => expect(Math.abs(value - exact[i]!)).toBeLessThan(1e-3 * exact[0]!));
      });
      // What does not move adds nothing, and where there is no P it is the identity.
      const still = (await measured(frozen(adam(), /kernel/), 1)).readings;
      expect(one(still, "eigenvalue", 1)).toBe(0);
      const plain = (await measured(sgd({ learningRate: RATE }), 1)).readings;
      expectClose(one(plain, "eigenvalue", 1), one(await measure(hessian()), "eigenvalue", 1), 1e-5);
      expect(plain.some(({ stat }) => stat === "edge_of_stability")).toBe(false);
    });

    it("ends where the Krylov space of its start ends: with a vector for each distinct eigenvalue", async () => {
      const { spectrum } = await known();
      const readings = await measure(hessian({ iterations: UNITS * UNITS, tolerance: 0 }));
      expect(one(readings, "iterations")).toBe(UNITS);
      expectClose(one(readings, "eigenvalue", 1), spectrum[0]!, 1e-4);
    });

    it("the trace is exact where vectors span everything, and within its standard error elsewhere", async () => {
      const { spectrum } = await known();
      const exact = UNITS * spectrum.reduce((sum, value) => sum + value, 0);
      const all = await measure(hessianTrace({ iterations: 48 }));
      expectClose(one(all, "trace"), exact, 1e-4);
      expect(one(all, "standard_error")).toBe(0);
      // A quadratic form of Rademacher vectors on what a sketch of 3 leaves of 16 dimensions.
      const few = await measure(hessianTrace({ iterations: 9 }));
      const error = one(few, "standard_error");
      expect(error).toBeGreaterThan(0);
      expect(Math.abs(one(few, "trace") - exact)).toBeLessThan(6 * error + 0.2 * exact);
    });

    it("the density has the spectrum's mass, mean and peaks", async () => {
      const { spectrum } = await known();
      const readings = await measure(spectralDensity({ vectors: 12, iterations: 16, bins: 400 }));
      const column = (stat: string) => readings.filter((r) => r.stat === stat).map(({ value }) => value);
      const [values, density, error] = [column("eigenvalue"), column("density"), column("standard_error")];
      const step = values[1]! - values[0]!;
      const moment = (f: (value: number) => number) => density.reduce((sum, d, i) => sum + d * f(values[i]!) * step, 0);
      expectClose(
        moment(() => 1),
        1,
        5e-3,
      );
      // Each eigenvalue has a quarter of the mass, up to the start vectors' spread.
      for (const value of spectrum) {
        const near = values.flatMap((at, i) =>
          Math.abs(at - value) < 0.05 * (values.at(-1)! - values[0]!) ? [i] : [],
        );
        const mass = near.reduce((sum, i) => sum + density[i]! * step, 0);
        const spread = near.reduce((sum, i) => sum + error[i]! * step, 0);
        expect(Math.abs(mass - 0.25)).toBeLessThan(5 * spread);
      }
    });

    it("of examples it is that of all of them, of batches a mean with its standard error", async () => {
      const [batch] = (await collect(task())) as [Batch];
      const part = (from: number, to: number) => ({
        size: to - from,
        examples: batch.examples.slice(from * UNITS, to * UNITS),
        labels: batch.labels.slice(from * UNITS, to * UNITS),
      });
      const chunks = [part(0, 12), part(12, SIZE)];
      const whole = await measure(hessian({ eigenvalues: 4 }));
      const joined = await measure(hessian({ eigenvalues: 4, examples: chunks }));
      for (let rank = 1; rank <= 4; rank++) {
        expectClose(one(joined, "eigenvalue", rank), one(whole, "eigenvalue", rank), 1e-4);
      }
      const along = await measure(curvature());
      const alongJoined = await measure(curvature({ examples: chunks }));
      expectClose(one(alongJoined, "directional_curvature"), one(along, "directional_curvature"), 1e-4);
      const each = await Promise.all(chunks.map((chunk) => measure(curvature({ examples: [chunk] }))));
      const [a, b] = each.map((readings) => one(readings, "directional_curvature")) as [number, number];
      const mean = await measure(curvature({ batches: chunks }));
      expectClose(one(mean, "directional_curvature"), (a + b) / 2, 1e-5);
      expectClose(one(mean, "standard_error"), Math.abs(a - b) / 2, 1e-3);
      const largest = await measure(hessian({ batches: chunks }));
      expect(one(largest, "eigenvalue_standard_error", 1)).toBeGreaterThan(0);
    });

    it("says by its residual that too few iterations were spent", async () => {
      const readings = await measure(hessian({ iterations: 1 }));
      const { spectrum } = await known();
      const [value, residual] = [one(readings, "eigenvalue", 1), one(readings, "residual", 1)];
      expect(residual).toBeGreaterThan(0.02 * value);
      expect(Math.min(...spectrum.map((eigenvalue) => Math.abs(eigenvalue - value)))).toBeLessThanOrEqual(residual);
    });

    it("sharpness is the rise of the parabola", async () => {
      const { g, w, loss } = await known();
      const rho = 0.05;
      const rise = loss(Matrix.add(w, Matrix.mul(g, rho / size(g)))) - loss(w);
      expectClose(one(await measure(sharpness({ rho })), "sharpness"), rise, 1e-3);
    });

    it("norms, update, distance, effective learning rate and angle are those of W, g and W - lr g", async () => {
      const { g, w } = await known();
      const readings = await measure(norms(), 2);
      const at = (step: number, stat: string, layer?: number) =>
        readings.find((r) => r.step === step && r.stat === stat && r.layer === layer)!.value;
      const next = Matrix.sub(w, Matrix.mul(g, RATE));
      for (const layer of [1, undefined]) {
        expectClose(at(0, "gradient_norm", layer), size(g), 1e-5);
        expectClose(at(0, "parameter_norm", layer), size(w), 1e-5);
        expectClose(at(0, "update_norm", layer), RATE * size(g), 1e-5);
        expect(at(0, "distance", layer)).toBe(0);
        expectClose(at(1, "distance", layer), RATE * size(g), 1e-5);
      }
      expectClose(at(0, "effective_learning_rate", 1), RATE / size(w) ** 2, 1e-5);
      const angle = Math.acos(Matrix.mul(w, next).sum() / (size(w) * size(next)));
      expectClose(at(0, "angular_update", 1), angle, 1e-4);
    });
  });
});

describe("hessian, curvature, sharpness", () => {
  it.each([
    [() => hessian({ eigenvalues: 0 }), "hessian: eigenvalues must be a whole number from 1 up, not 0"],
    [() => hessian({ iterations: 1.5 }), "hessian: iterations must be a whole number from 1 up, not 1.5"],
    [() => hessian({ eigenvalues: 3, iterations: 2 }), "hessian: 3 eigenvalues need as many iterations"],
    [() => hessian({ tolerance: NaN }), "hessian: tolerance must be a number from 0 up, not NaN"],
    [() => hessian({ examples: [], batches: [] }), "hessian: give examples or batches, not both"],
    [() => curvature({ examples: [], batches: [] }), "curvature: give examples or batches, not both"],
    [() => hessianTrace({ iterations: 0 }), "hessianTrace: iterations must be a whole number from 1 up, not 0"],
    [() => spectralDensity({ bins: -1 }), "spectralDensity: bins must be a whole number from 1 up, not -1"],
    [() => spectralDensity({ width: 0 }), "spectralDensity: width must be finite and above 0, not 0"],
    [() => sharpness({ rho: -1 }), "sharpness: rho must be finite and above 0, not -1"],
  ])("%# refuses options that mean nothing", (make, message) => {
    expect(make).toThrow(message);
  });
});
