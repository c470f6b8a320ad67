import * as tf from "@tensorflow/tfjs";
import { map, of, take, type OperatorFunction } from "rxjs";
import { describe, expect, it } from "vitest";
import { crossEntropy } from "../../src/core/losses.ts";
import type { Step } from "../../src/core/live.ts";
import type { Histogram, Recorded } from "../../src/core/types.ts";
import { batchNorm } from "../../src/nn/batch-norm.ts";
import { layered } from "../../src/nn/layered.ts";
import { dense } from "../../src/nn/dense.ts";
import { mlp } from "../../src/nn/mlp.ts";
import { activationGradients } from "../../src/operators/activation-gradients.ts";
import { activations } from "../../src/operators/activations.ts";
import { train } from "../../src/operators/train.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { gradientConfusion } from "../../src/probes/gradient-confusion.ts";
import { gradientsBackward } from "../../src/probes/gradients-backward.ts";
import { orthogonalityGap } from "../../src/probes/orthogonality-gap.ts";
import { probeContract, toyTraining } from "../contracts/probe.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { toyBatch, toyBatches } from "../fixtures/toy-batches.ts";

const measure = (probe: OperatorFunction<Step, Recorded>) => collect(toyBatches(1).pipe(toyTraining(), probe));

onEachBackend(() => {
  describe("contracts", () => {
    probeContract("orthogonality_gap", (when) => orthogonalityGap({ when }));
    probeContract("gradient_confusion", (when) => gradientConfusion({ when }));
    probeContract("gradients_backward", (when) => gradientsBackward({ when, layers: [1, 2], bins: 5 }));
  });

  describe("orthogonalityGap", () => {
    it("is what the definition gives in float64", async () => {
      const rows = await collect(
        toyBatches(1).pipe(
          toyTraining(),
          activations({ layers: [2], site: "output" }),
          map(({ value }) => [...value.dataSync<"float32">()]),
        ),
      );
      const [size, width] = [8, rows[0]!.length / 8];
      const h = Array.from({ length: size }, (_, i) => rows[0]!.slice(i * width, (i + 1) * width));
      const square = rows[0]!.reduce((sum, value) => sum + value * value, 0);
      let gap = 0;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const product = h[i]!.reduce((sum, value, k) => sum + value * h[j]![k]!, 0);
          gap += (product / square - (i === j ? 1 / size : 0)) ** 2;
        }
      }
      expect(valuesOf(await measure(orthogonalityGap({ layers: [2] })), "orthogonality_gap")[0]).toBeCloseTo(
        Math.sqrt(gap),
        5,
      );
    });

    it("is 0 for orthogonal examples of equal length, and √(1 - 1/n) for parallel ones", async () => {
      const eye = { name: "eye", draw: () => tf.eye(4) };
      const gapOf = async (examples: Float32Array) => {
        const network = layered("linear", [{ linear: dense({ units: 4, initial: eye }) }]);
        const training = train(network, sgd({ learningRate: 0 }), { seed: 0 });
        const batches = of({ ...toyBatch(0, { size: 4, shape: [4] }), examples });
        return valuesOf(
          await collect(batches.pipe(training, orthogonalityGap({ site: "linear" }))),
          "orthogonality_gap",
        )[0];
      };
      const orthogonal = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 3 : 0));
      expect(await gapOf(orthogonal)).toBeCloseTo(0, 6);
      expect(await gapOf(new Float32Array(16).fill(2))).toBeCloseTo(Math.sqrt(3 / 4), 6);
    });
  });

  describe("gradientConfusion", () => {
    it("is what gradients of the parts, each a batch of its own, give", async () => {
      const whole = toyBatch(0);
      const vectors: number[][] = [];
      for (const part of [0, 1]) {
        const own = {
          ...whole,
          size: 4,
          examples: whole.examples.slice(part * 128, (part + 1) * 128),
          labels: whole.labels.slice(4 * part, 4 * part + 4) as Int32Array,
        };
        const network = () =>
          train(mlp({ hidden: [6, 5], classes: 3, norm: batchNorm }), sgd({ learningRate: 0.1 }), { seed: 1 });
        const flat = map(({ grads }: Step) => Object.values(grads).flatMap((grad) => [...grad.dataSync<"float32">()]));
        vectors.push(
          (
            await collect(
              toyBatches(1).pipe(
                map(() => own),
                network(),
                flat,
              ),
            )
          )[0]!,
        );
      }
      const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
      const [a, b] = vectors as [number[], number[]];
      const records = await measure(gradientConfusion({ parts: 2 }));
      const product = dot(a, b);
      const cosine = product / Math.sqrt(dot(a, a) * dot(b, b));
      expect(valuesOf(records, "minimum_inner_product")[0]).toBeCloseTo(product, 4);
      expect(valuesOf(records, "gradient_confusion")[0]).toBeCloseTo(Math.max(0, -product), 4);
      expect(valuesOf(records, "minimum_cosine")[0]).toBeCloseTo(cosine, 4);
      expect(valuesOf(records, "mean_cosine")[0]).toBeCloseTo(cosine, 4);
    });

    it("does not fit a batch that does not divide", async () => {
      await expect(measure(gradientConfusion({ parts: 3 }))).rejects.toThrow(
        "gradientConfusion: a batch of 8 does not divide into 3 parts",
      );
    });
  });

  describe("gradientsBackward", () => {
    it("gives softmax minus the label, over the batch, at the logits, and what the chain rule makes of it", async () => {
      const check = map((step: Step) => {
        const gradients = activationGradients("test", step, { site: "linear" });
        const { gradient, activation } = gradients.at(-1)!;
        const labels = tf.oneHot(tf.tensor1d([...step.batch.labels], "int32"), 3);
        const expected = tf.div(tf.sub(tf.softmax(step.logits as tf.Tensor2D), labels), 8);
        const kernel = step.params[`layer${activation.layer}/kernel`]!;
        const before = activationGradients("test", step, { site: "output", layers: [activation.layer - 1] })[0]!
          .gradient;
        const chained = tf.matMul(expected, kernel, false, true);
        const apart = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;
        return [apart(gradient, expected), apart(tf.reshape(before, chained.shape), chained), step.lossName];
      });
      const [[logits, chained, name]] = (await collect(toyBatches(1).pipe(toyTraining(), check))) as [
        [number, number, string],
      ];
      expect(logits).toBeLessThan(1e-6);
      expect(chained).toBeLessThan(1e-6);
      expect(name).toBe(crossEntropy.title);
    });

    it("records norms, and histograms of all values at a site of their own", async () => {
      const norms = await collect(
        toyBatches(1).pipe(
          toyTraining(),
          take(1),
          map((step) =>
            activationGradients("test", step, { layers: [1] }).map(({ gradient }) =>
              Math.hypot(...gradient.dataSync<"float32">()),
            ),
          ),
        ),
      );
      const records = await measure(gradientsBackward({ layers: [1], bins: 7, range: [-1, 1] }));
      expect(valuesOf(records, "activation_gradient_l2")[0]).toBeCloseTo(norms[0]![0]!, 6);
      const histogram = records.find((record): record is Histogram => record.kind === "histogram")!;
      expect(histogram).toMatchObject({ layer: 1, site: "norm gradient", lo: -1, hi: 1 });
      expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(8 * 6);
      expect(() => gradientsBackward({ range: [1, 0] })).toThrow("gradientsBackward: range must rise, not [1, 0]");
    });
  });
});
