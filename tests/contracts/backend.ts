import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import { from, tap } from "rxjs";
import { beforeAll, expect, it } from "vitest";
import { startBackend, type BackendName } from "../../src/backend/start.ts";
import { DivergedError } from "../../src/core/errors.ts";
import { batchNormKernel, combinationKernel, maxPoolKernel, noiseKernel } from "../../src/core/kernels.ts";
import { crossEntropy } from "../../src/core/losses.ts";
import { every } from "../../src/core/schedule.ts";
import type { Recorded } from "../../src/core/types.ts";
import { batchNorm } from "../../src/nn/batch-norm.ts";
import { mlp } from "../../src/nn/mlp.ts";
import { vgg } from "../../src/nn/vgg.ts";
import { injectNoise, type NoiseOptions } from "../../src/operators/inject-noise.ts";
import { probes } from "../../src/operators/probes.ts";
import { train } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { accuracy } from "../../src/probes/accuracy.ts";
import { curvature } from "../../src/probes/curvature.ts";
import { drift } from "../../src/probes/drift.ts";
import { gradientNoiseScale } from "../../src/probes/gradient-noise-scale.ts";
import { gradientSteps } from "../../src/probes/gradient-steps.ts";
import { hessianTrace } from "../../src/probes/hessian-trace.ts";
import { hessian } from "../../src/probes/hessian.ts";
import { histogram } from "../../src/probes/histogram.ts";
import { ics } from "../../src/probes/ics.ts";
import { loss } from "../../src/probes/loss.ts";
import { moments } from "../../src/probes/moments.ts";
import { norms } from "../../src/probes/norms.ts";
import { deadUnits, effectiveRank } from "../../src/probes/representation.ts";
import { sharpness } from "../../src/probes/sharpness.ts";
import { theory } from "../../src/probes/theory.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { gaussian, relativeError } from "../fixtures/tensors.ts";
import { toyBatch, toyBatches } from "../fixtures/toy-batches.ts";

/**
 * How far a backend may be from `cpu`, relative to the largest value. float32 has 6e-8; sums of up to 10,000 products in
 * another order lose two digits. A training amplifies what its first step differs by: ten steps at learning rate 0.05
 * were seen to make a hundred of it.
 */
export interface Bounds {
  readonly operation: number;
  readonly training: number;
}

type Compute = (...inputs: Tensor[]) => Tensor[];

/** Outputs of `f` and the gradients of their weighted sum. */
async function evaluate(shapes: readonly (readonly number[])[], f: Compute): Promise<Float32Array[]> {
  const results = tf.tidy(() => {
    const inputs = shapes.map((shape, i) => gaussian(shape, i + 1));
    const outputs = f(...inputs);
    const weights = gaussian(outputs[0]!.shape, 99);
    const grads = tf.grads((...xs: Tensor[]) => tf.sum(tf.mul(f(...xs)[0]!, weights)))(inputs);
    return [...outputs, ...grads];
  });
  const values = await Promise.all(results.map((tensor) => tensor.data<"float32">()));
  tf.dispose(results);
  return values;
}

const OPERATIONS: readonly (readonly [string, readonly (readonly number[])[], Compute])[] = [
  [
    "conv2d 3x3",
    [
      [2, 8, 8, 3],
      [3, 3, 3, 16],
    ],
    (x, k) => [tf.conv2d(x as Tensor4D, k as Tensor4D, 1, "same")],
  ],
  [
    "conv2d on 2x2",
    [
      [4, 2, 2, 16],
      [3, 3, 16, 16],
    ],
    (x, k) => [tf.conv2d(x as Tensor4D, k as Tensor4D, 1, "same")],
  ],
  ["batchNorm of images", [[4, 6, 6, 8], [8], [8]], (x, a, b) => batchNormKernel(x, a, b, 1e-5)],
  ["batchNorm of 3,240 rows of 37 channels", [[40, 9, 9, 37], [37], [37]], (x, a, b) => batchNormKernel(x, a, b, 1e-5)],
  ["batchNorm of vectors", [[32, 5], [5], [5]], (x, a, b) => batchNormKernel(x, a, b, 1e-5)],
  ["max-pool and relu", [[3, 6, 6, 4]], (x) => [maxPoolKernel(tf.relu(x), { size: 2 })]],
  ["max-pool of 3, with a rest", [[2, 7, 7, 3]], (x) => [maxPoolKernel(x, { size: 3 })]],
  [
    "combination",
    [
      [3, 7],
      [3, 7],
    ],
    (x, y) => [combinationKernel(x, 0.9, y, -0.3)],
  ],
  ["dense", [[16, 12], [12, 7], [7]], (x, w, b) => [tf.add(tf.matMul(x, w), b)]],
  ["cross-entropy", [[12, 10]], (x) => [crossEntropy(x, tf.tensor1d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3, 3], "int32"))]],
  ["moments", [[3, 5, 5, 4]], (x) => [tf.mean(tf.square(tf.sub(x, tf.mean(x))))]],
];

const LAW: NoiseOptions = { nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 };
const IMAGES = { size: 8, shape: [32, 32, 3], classes: 10 };

function training(steps: number, noise?: NoiseOptions): Promise<Recorded[]> {
  const activations = noise && injectNoise(noise);
  const optimizer = sgd({ learningRate: 0.05, weightDecay: 4e-4 });
  const test = [toyBatch(77, IMAGES)];
  // In a head, BatchNorm over eight values a unit would let rounding grow.
  const network = vgg({ depth: 11, width: 2, norm: batchNorm, head: [] });
  return collect(
    toyBatches(steps, IMAGES).pipe(
      train(network, optimizer, { seed: 1, activations }),
      probes(
        loss(),
        accuracy(),
        accuracy({ test, when: every(5) }),
        moments({ layers: [1, 8] }),
        moments({ layers: [3], units: [1] }),
        histogram({ layers: [2], when: every(4), bins: 8 }),
      ),
    ),
  );
}

/** Two steps, measured by everything there is. */
function measured(): Promise<Recorded[]> {
  const network = mlp({ hidden: [6, 5], classes: 3, norm: batchNorm });
  return collect(
    toyBatches(2, { size: 24, shape: [7], classes: 3 }).pipe(
      train(network, sgd({ learningRate: 0.05, weightDecay: 1e-3 }), { seed: 2 }),
      probes(
        ics(),
        gradientSteps({ distances: [0.05, 0.2] }),
        norms(),
        drift({ layers: [1] }),
        moments({ kurtosis: true }),
        curvature(),
        hessian({ eigenvalues: 2, iterations: 8, tolerance: 0 }),
        hessianTrace({ iterations: 6 }),
        sharpness(),
        gradientNoiseScale(),
        effectiveRank(),
        deadUnits(),
        gradientSteps({ distances: [0.1], direction: "random" }),
        theory({ units: [0, 1], curvedUnits: 1 }),
      ),
    ),
  );
}

const reference = new Map<string, Promise<Float32Array[] | Recorded[]>>();

/** What `cpu` computes, once. Leaves `backend` the current one. */
async function onCpu<T extends Float32Array[] | Recorded[]>(
  backend: BackendName,
  name: string,
  compute: () => Promise<T>,
): Promise<T> {
  await startBackend("cpu");
  if (!reference.has(name)) reference.set(name, compute());
  const values = await reference.get(name)!;
  await startBackend(backend);
  return values as T;
}

/** What every backend has to do alike. */
export function backendContract(backend: BackendName, { operation, training: trained }: Bounds): void {
  beforeAll(async () => {
    await startBackend(backend);
  });

  it.each(OPERATIONS)("%s: values and gradients are those of cpu", async (name, shapes, f) => {
    const expected = await onCpu(backend, name, () => evaluate(shapes, f));
    const actual = await evaluate(shapes, f);
    actual.forEach((values, i) => expect(relativeError(values, expected[i]!), `result ${i}`).toBeLessThan(operation));
  });

  it("noise obeys its law, and follows from its key", async () => {
    const [rows, units] = [20_000, 3];
    const attrs = { mu: Float32Array.of(-0.5, 0, 0.4), sigma: Float32Array.of(1, 1.1, 1.25), rMu: 0.1, rSigma: 0.2 };
    const draw = async (hi: number, value: number): Promise<Float32Array> => {
      const y = tf.tidy(() => noiseKernel(tf.fill([rows, units], value), { hi, lo: 5, ...attrs }));
      const values = await y.data<"float32">();
      y.dispose();
      return values;
    };
    const [one, again, other, zero] = [await draw(1, 2), await draw(1, 2), await draw(2, 2), await draw(1, 0)];
    expect(again).toEqual(one);
    const column = (values: Float32Array, unit: number) => values.filter((_, i) => i % units === unit);
    const mean = (values: Float32Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
    for (let unit = 0; unit < units; unit++) {
      const [shift, scale] = [
        column(zero, unit),
        column(
          one.map((v, i) => (v - zero[i]!) / 2),
          unit,
        ),
      ];
      const [a, b] = [shift, scale].map(mean) as [number, number];
      const moment = (values: Float32Array, m: number, order: number) => mean(values.map((v) => (v - m) ** order));
      // Five standard errors of 20,000 draws.
      expect(Math.abs(a - attrs.mu[unit]!)).toBeLessThan(5 * 0.1 * Math.sqrt(1 / 3 / rows));
      expect(Math.max(...shift.map((v) => Math.abs(v - attrs.mu[unit]!)))).toBeLessThan(0.1001);
      expect(moment(shift, a, 2) / (0.01 / 3)).toBeCloseTo(1, 1);
      expect(Math.abs(b - attrs.sigma[unit]!)).toBeLessThan((5 * 0.2) / Math.sqrt(rows));
      expect(moment(scale, b, 2) / 0.04).toBeCloseTo(1, 1);
      expect(moment(scale, b, 4) / 0.04 ** 2 / 3).toBeCloseTo(1, 0);
      expect(Math.abs(mean(shift.map((v, i) => (v - a) * (scale[i]! - b))))).toBeLessThan(1e-3);
    }
    expect(other).not.toEqual(one);
  });

  it("ten training steps give the readings that cpu gives", async () => {
    const expected = await onCpu(backend, "training", () => training(10));
    const actual = await training(10);
    expect(actual.map(({ kind, step }) => [kind, step])).toEqual(expected.map(({ kind, step }) => [kind, step]));
    for (const stat of ["loss", "penalized_loss", "mean", "variance"]) {
      expect(relativeError(valuesOf(actual, stat), valuesOf(expected, stat)), stat).toBeLessThan(trained);
    }
    // One example more or less where two logits nearly tie.
    for (const stat of ["accuracy", "test_accuracy"]) {
      const hits = (records: Recorded[]) => valuesOf(records, stat).map((value) => Math.round(value * 8));
      hits(actual).forEach((count, i) => expect(Math.abs(count - hits(expected)[i]!)).toBeLessThanOrEqual(1));
    }
  });

  it("every probe reads what it reads on cpu, and leaves no tensor behind", async () => {
    const expected = await onCpu(backend, "measured", measured);
    const before = tf.memory().numTensors;
    const actual = await measured();
    expect(tf.memory().numTensors).toBe(before);
    expect(actual.filter(({ kind }) => kind === "event")).toEqual([]);
    const rows = (records: Recorded[]) =>
      records.flatMap((record) => {
        // Rounding itself, what remains of an iteration, and time are not alike.
        if (record.kind !== "reading" || /_error$|radial|residual|iterations|asymmetry|violated/.test(record.stat))
          return [];
        const { step, probe, stat, layer, unit, distance, value } = record;
        return [{ place: JSON.stringify([probe, step, stat, layer, unit, distance]), value }];
      });
    const numbers = new Map(rows(expected).map(({ place, value }) => [place, value]));
    expect(
      rows(actual)
        .map(({ place }) => place)
        .sort(),
    ).toEqual([...numbers.keys()].sort());
    for (const { place, value } of rows(actual)) {
      const exact = numbers.get(place)!;
      expect(Math.abs(value - exact), `${place}: ${value}, not ${exact}`).toBeLessThan(
        2e-3 * Math.max(Math.abs(exact), 0.05),
      );
    }
  });

  it("the same seed gives the same readings twice, with noise, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const [once, twice] = [await training(3, LAW), await training(3, LAW)];
    expect(twice).toEqual(once);
    expect(valuesOf(once, "loss")).toHaveLength(3);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("names the first layer that is not finite, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const poisoned = { ...toyBatch(1, IMAGES), examples: new Float32Array(8 * 3072).fill(3e38) };
    const records: Recorded[] = [];
    const steps = from([toyBatch(0, IMAGES), poisoned, toyBatch(2, IMAGES)]).pipe(
      train(mlp({ hidden: [6], classes: 10 }), sgd({ learningRate: 0.05 }), { seed: 1 }),
      probes(loss(), accuracy()),
      tap((record) => records.push(record)),
    );
    const error: unknown = await collect(steps).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DivergedError);
    expect(error).toMatchObject({ step: 1, layer: 1 });
    expect(records.map(({ step }) => step)).toEqual([0, 0]);
    // Where readings come late, a step that was under way has yet to end.
    await expect.poll(() => tf.memory().numTensors).toBe(before);
  });
}
