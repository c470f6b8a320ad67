import * as tf from "@tensorflow/tfjs";
import { Matrix, SVD } from "ml-matrix";
import { map, type OperatorFunction } from "rxjs";
import { describe, expect, it } from "vitest";
import type { Step } from "../../src/core/live.ts";
import { THEORY_STATS } from "../../src/core/theory-stats.ts";
import type { Batch, Reading } from "../../src/core/types.ts";
import { batchNorm } from "../../src/nn/batch-norm.ts";
import type { Norm } from "../../src/nn/layer.ts";
import { mlp } from "../../src/nn/mlp.ts";
import { vgg } from "../../src/nn/vgg.ts";
import { injectNoise } from "../../src/operators/inject-noise.ts";
import { train, type TrainOptions } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { theory, type TheoryOptions } from "../../src/probes/theory.ts";
import { probeContract } from "../contracts/probe.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect } from "../fixtures/streams.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const exact: Norm = () => batchNorm({ epsilon: 0 });
const noise = () => injectNoise({ nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 });
const IDENTITIES = ["fact_c_1", "theorem_4_1", "theorem_4_2", "observation_4_3", "theorem_4_4"].map(
  (s) => `${s}_error`,
);
const GRADIENTS = [
  "fact_c_1_network",
  "theorem_4_1_network",
  "observation_4_3_network",
  "weight_gradient",
  "scale_invariance",
].map((s) => `${s}_error`);

const shallow = (norm: Norm, options: Partial<TrainOptions> = {}): OperatorFunction<Batch, Step> =>
  train(mlp({ hidden: [5], classes: 3, norm }), sgd({ learningRate: 0.5 }), { seed: 3, ...options });
const small = { size: 16, shape: [7], classes: 3 };

async function measure(training: OperatorFunction<Batch, Step>, options: TheoryOptions = {}, steps = 1, data = small) {
  const readings = (await collect(toyBatches(steps, data).pipe(training, theory(options)))) as Reading[];
  return (stat: string, layer = 1, step = steps - 1): number =>
    readings.find((r) => r.stat === stat && r.layer === layer && r.step === step)?.value ?? NaN;
}

/** The network of `shallow` at its last step, in float64 and by hand: everything per unit, H of softmax and relu known. */
async function byHand(steps: number) {
  const read = (value: tf.Tensor) =>
    Matrix.from1DArray(value.shape[0], value.size / value.shape[0], [...value.dataSync<"float32">()]);
  const all = (await collect(
    toyBatches(steps, small).pipe(
      shallow(exact),
      map(({ batch, params }) => {
        const [x, labels] = [Matrix.from1DArray(batch.size, 7, [...batch.examples]), [...batch.labels]];
        const names = ["layer1/kernel", "layer1/scale", "layer1/shift", "layer2/kernel", "layer2/bias"];
        return [x, labels, ...names.map((name) => read(params[name]!))] as never;
      }),
    ),
  )) as unknown as [Matrix, number[], Matrix, Matrix, Matrix, Matrix, Matrix][];
  const [x, labels, w, scale, shift, w2, bias] = all.at(-1)!;
  const [m, y] = [x.rows, x.mmul(w)];
  const hat = y.clone();
  const sds = Array.from({ length: 5 }, (_, j) => {
    const column = y.getColumn(j);
    const mean = column.reduce((a, b) => a + b, 0) / m;
    const sd = Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / m);
    column.forEach((value, i) => hat.set(i, j, (value - mean) / sd));
    return sd;
  });
  const on = Matrix.zeros(m, 5);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < 5; j++) on.set(i, j, Math.max(0, hat.get(i, j) * scale.get(j, 0) + shift.get(j, 0)));
  }
  const p = on.mmul(w2).addRowVector(bias.to1DArray());
  for (let i = 0; i < m; i++) {
    const powers = p.getRow(i).map(Math.exp);
    const sum = powers.reduce((a, b) => a + b, 0);
    powers.forEach((power, c) => p.set(i, c, power / sum));
  }
  const live = (i: number, j: number) => (on.get(i, j) > 0 ? 1 : 0);
  const units = sds.map((sd, j) => {
    const of = w2.getRow(j);
    const expected = (i: number, f: (weight: number) => number) =>
      of.reduce((sum, weight, c) => sum + p.get(i, c) * f(weight), 0);
    const g = labels.map((label, i) => (live(i, j) * (expected(i, (v) => v) - of[label]!)) / m);
    const h = g.map((_, i) => (live(i, j) * (expected(i, (v) => v * v) - expected(i, (v) => v) ** 2)) / m);
    const factor = scale.get(j, 0) / sd;
    const mean = g.reduce((a, b) => a + b, 0) / m;
    const along = g.reduce((sum, value, i) => sum + value * hat.get(i, j), 0);
    const d = g.map((value, i) => factor * (value - mean - (hat.get(i, j) * along) / m));
    const square = (v: readonly number[], weights?: readonly number[]) =>
      v.reduce((sum, value, i) => sum + value * value * (weights?.[i] ?? 1), 0);
    const gradient = x.transpose().mmul(Matrix.columnVector(d)).to1DArray();
    const [dHd, gHg] = [square(d, h), square(g, h)];
    const taken = (factor / (m * sd)) * along * square(d);
    return { gg: square(g), dd: square(d), ww: square(gradient), mean, along, factor, dHd, gHg, taken };
  });
  return { units, m, lambda: Math.max(...new SVD(x).diagonal), first: all[0]![2], last: w };
}

const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

onEachBackend((backend) => {
  describe("theory", () => {
    probeContract("theory", (when) => theory({ when, curvedUnits: 1 }));

    it("holds in float64 at every layer and step, and in the network's own passes as far as float32 goes", async () => {
      const training = train(mlp({ hidden: [6, 5], classes: 3, norm: exact }), sgd({ learningRate: 0.2 }), { seed: 3 });
      const at = await measure(training, { units: [0, 2, 4], curvedUnits: 3 }, 4, { ...small, size: 32 });
      for (const layer of [1, 2]) {
        for (const step of [0, 1, 2, 3]) {
          expect(at("left_out", layer, step)).toBe(0);
          for (const stat of IDENTITIES) expect(at(stat, layer, step), stat).toBeLessThan(1e-9);
          for (const stat of GRADIENTS) expect(at(stat, layer, step), stat).toBeLessThan(2e-5);
          expect(at("radial_gradient", layer, step)).toBeLessThan(2e-5);
          expect(at("observation_4_3_loss_error", layer, step)).toBeLessThan(1e-5);
          expect(at("theorem_4_1_printed_violated", layer, step)).toBe(1);
          for (const theorem of ["theorem_4_1", "observation_4_3", "theorem_4_4"]) {
            expect(at(`${theorem}_margin`, layer, step), theorem).toBeGreaterThan(0);
          }
        }
      }
    });

    it("all numbers are those of a network written out by hand, with its Hessian", async () => {
      const { units, m, lambda, first, last } = await byHand(3);
      const at = await measure(shallow(exact), { units: [0, 1, 2, 3, 4], curvedUnits: 5 }, 3);
      const close = (stat: string, expected: number, tolerance = 1e-4) =>
        expect(Math.abs(at(stat) - expected), `${stat}: ${at(stat)}, not ${expected}`).toBeLessThan(tolerance);
      const share = (f: (unit: (typeof units)[number]) => boolean) => average(units.map((unit) => (f(unit) ? 1 : 0)));
      const least = (f: (unit: (typeof units)[number]) => number) => Math.min(...units.map(f));

      close(
        "positive_alignment",
        share(({ along }) => along > 0),
        1e-9,
      );
      close("mean_share", average(units.map(({ mean, gg }) => (m * mean ** 2) / gg)));
      close("alignment_share", average(units.map(({ along, gg }) => along ** 2 / (m * gg))));
      close("gradient_ratio", average(units.map(({ dd, gg }) => dd / gg)), 1e-3);
      close(
        "theorem_4_1_margin",
        least(({ dd, gg, factor }) => 1 - dd / (factor ** 2 * gg)),
      );
      expect(at("lambda") / lambda).toBeGreaterThan(0.97);
      expect(at("lambda") / lambda).toBeLessThan(1 + 1e-5);
      close(
        "theorem_4_4_margin",
        least(({ ww, dd }) => 1 - ww / (at("lambda") ** 2 * dd)),
      );
      close(
        "positive_curvature",
        share(({ dHd }) => dHd > 0),
        1e-9,
      );
      close(
        "theorem_4_2_second_form_violated",
        share(({ dHd, gHg }) => dHd > gHg),
        1e-9,
      );
      const parts = units.map(({ factor, dHd, gHg, taken }) => ({
        kept: factor ** 2 * dHd,
        bound: factor ** 2 * gHg,
        taken,
      }));
      const ofLeast = (f: (part: (typeof parts)[number]) => number, of = parts) => Math.min(...of.map(f));
      const aligned = parts.filter(({ taken }) => taken > 0);
      expect(aligned.length).toBeGreaterThan(0);
      close(
        "theorem_4_2_margin",
        ofLeast(({ kept, taken }) => taken / (Math.abs(kept) + taken), aligned),
        2e-3,
      );
      const c1 = ofLeast(({ kept, bound, taken }) => (bound - kept) / (bound + Math.abs(kept) + Math.abs(taken)));
      close("theorem_c_1_margin", c1, 2e-3);

      const dot = Matrix.mul(first, last).sum();
      const size = Matrix.mul(last, last).sum();
      close("lemma_4_5_k", dot / size, 1e-9);
      const distance = Matrix.sub(first, last).norm("frobenius") ** 2;
      close(
        "lemma_4_5_margin",
        1 - Matrix.sub(first, Matrix.mul(last, dot / size)).norm("frobenius") ** 2 / distance,
        1e-9,
      );
      expect(at("lemma_4_5_error")).toBeLessThan(1e-12);
      expect(at("lemma_4_5_k", 1, 0)).toBeNaN();
    });

    it("second derivatives of the network's own passes agree with 4.2 and with equations 41 and 42", async () => {
      const at = await measure(shallow(exact), { units: [0, 1, 2, 3, 4], curvedUnits: 5 }, 3);
      expect(at("theorem_4_2_network_error")).toBeLessThan(1e-3);
      expect(at("hessian_network_error")).toBeLessThan(1e-3);
    });

    it("an epsilon shows in what the network says, and not in the algebra", async () => {
      const at = await measure(shallow(() => batchNorm({ epsilon: 0.5 })));
      for (const stat of IDENTITIES) expect(at(stat), stat).toBeLessThan(1e-9);
      for (const stat of ["fact_c_1_network_error", "scale_invariance_error", "radial_gradient"]) {
        expect(at(stat), stat).toBeGreaterThan(1e-2);
      }
    });

    it("finds out a layer that only calls itself batchNorm", async () => {
      const at = await measure(shallow(pretended));
      expect(at("fact_c_1_error")).toBeLessThan(1e-9);
      expect(at("fact_c_1_network_error")).toBeGreaterThan(1e-2);
      expect(at("hessian_network_error")).toBeGreaterThan(1e-2);
      expect(at("observation_4_3_network_error")).toBeGreaterThan(1e-2);
    });

    it("z is before the noise, g is through it", async () => {
      const at = await measure(shallow(exact, { activations: noise() }), {}, 3);
      for (const stat of [...GRADIENTS, "radial_gradient"]) expect(at(stat), stat).toBeLessThan(2e-5);
      expect(at("theorem_4_2_network_error")).toBeLessThan(2e-2);
      const without = await measure(shallow(exact), {}, 3);
      expect(Math.abs(at("gradient_ratio") - without("gradient_ratio"))).toBeGreaterThan(1e-3);
    });

    it("leaves out units that do not vary", async () => {
      const still = map((batch: Batch) => ({ ...batch, examples: batch.examples.map(() => 0.5) }));
      const readings = (await collect(toyBatches(1, small).pipe(still, shallow(batchNorm), theory()))) as Reading[];
      const live = readings.filter(({ stat }) => stat.startsWith("theorem"));
      expect(readings.find(({ stat }) => stat === "left_out")!.value).toBe(1);
      expect(live).toEqual([]);
    });

    if (backend !== "cpu") {
      it("convolutions: rows are examples and positions, drawn units, every layer below evaluated once", async () => {
        const training = train(vgg({ depth: 11, width: 4, norm: exact }), sgd({ learningRate: 0.05 }), { seed: 1 });
        const images = { size: 8, shape: [32, 32, 3], classes: 10 };
        const at = await measure(training, { layers: [5, 2], units: { random: 3 }, curvedUnits: 1 }, 2, images);
        for (const layer of [2, 5]) {
          for (const stat of IDENTITIES) expect(at(stat, layer), stat).toBeLessThan(1e-9);
          for (const stat of GRADIENTS) expect(at(stat, layer), stat).toBeLessThan(5e-5);
          for (const theorem of ["theorem_4_1", "observation_4_3", "theorem_4_4"]) {
            expect(at(`${theorem}_margin`, layer)).toBeGreaterThan(0);
          }
          expect(at("hessian_network_error", layer)).toBeLessThan(0.2);
        }
        expect(at("left_out", 1)).toBeNaN();
      });
    }

    it("names what is missing", async () => {
      const plain = train(mlp({ hidden: [5], classes: 3 }), sgd({ learningRate: 0.1 }), { seed: 1 });
      await expect(measure(plain)).rejects.toThrow("theory: no layer of this network has a batchNorm");
      await expect(measure(shallow(exact), { layers: [1, 2] })).rejects.toThrow(
        "theory: layer 2 has no batchNorm after a kernel, only dense",
      );
      await expect(measure(shallow(exact), { layers: [3] })).rejects.toThrow("theory: no layer 3; this network has 2");
      await expect(measure(shallow(exact), { units: { random: 6 } })).rejects.toThrow("cannot draw 6 units of layer 1");
      await expect(measure(shallow(exact), { units: [5] })).rejects.toThrow("layer 1 has no unit 5");
      expect(() => theory({ units: [] })).toThrow("theory: units must be a list of units from 0 up");
      expect(() => theory({ curvedUnits: -1 })).toThrow("theory: curvedUnits must be a whole number from 0 up, not -1");
    });
  });

  it("a pass leaves the activations operator out when told to", async () => {
    const outputs = (intervene: boolean, activations?: ReturnType<typeof noise>) =>
      collect(
        toyBatches(1, small).pipe(
          shallow(exact, activations ? { activations } : {}),
          map((step) => tf.tidy(() => [...step.pass(step.params, { intervene }).dataSync()] as never)),
        ),
      );
    const plain = await outputs(true);
    expect(await outputs(false, noise())).toEqual(plain);
    expect(await outputs(true, noise())).not.toEqual(plain);
  });
});

/** Divides by the mean absolute deviation. */
function pretended(): ReturnType<Norm> {
  const real = batchNorm();
  return {
    ...real,
    apply: (params, state, x) => {
      const centred = tf.sub(x, tf.mean(x, 0));
      const hat = tf.div(centred, tf.mean(tf.abs(centred), 0));
      return [tf.add(tf.mul(hat, params["scale"]!), params["shift"]!), state];
    },
  };
}

it("records the stats that its table explains, in the table's order, and no other", async () => {
  const training = shallow(exact);
  const readings = (await collect(toyBatches(2, small).pipe(training, theory()))) as Reading[];
  const named = THEORY_STATS.map(({ stat }): string => stat);
  expect([...new Set(readings.map(({ stat }) => stat))].sort()).toEqual([...named].sort());
  const last = readings.filter(({ step }) => step === 1).map(({ stat }) => stat);
  expect(last).toEqual([...last].sort((a, b) => named.indexOf(a) - named.indexOf(b)));
});
