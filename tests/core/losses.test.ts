import * as tf from "@tensorflow/tfjs";
import { take } from "rxjs";
import { expect, it } from "vitest";
import { crossEntropy, gradientSteps, hinge, loss, meanSquaredError, mlp, probes, sgd } from "../../src/index.ts";
import { smoothedCrossEntropy, squareLoss, train, type Loss } from "../../src/index.ts";
import { stackedLoss } from "../../src/core/losses.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const LOGITS = [[1.5, -0.25, 3], [0, 4, -2], [-1, -1, 0.5], [2, 2, 2]]; // prettier-ignore
const LABELS = [2, 0, 1, 1];
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
const logs = (row: readonly number[]): number[] => {
  const total = Math.log(row.map(Math.exp).reduce((a, b) => a + b));
  return row.map((value) => value - total);
};

const FORMULAS: Readonly<Record<string, readonly [Loss, (row: readonly number[], label: number) => number]>> = {
  "smoothed cross-entropy": [
    smoothedCrossEntropy({ smoothing: 0.3 }),
    (row, label) => -0.7 * logs(row)[label]! - 0.3 * mean(logs(row)),
  ],
  "cross-entropy that is not smoothed": [smoothedCrossEntropy({ smoothing: 0 }), (row, label) => -logs(row)[label]!],
  "square loss": [
    squareLoss,
    (row, label) => row.map((value, j) => 0.5 * (value - Number(j === label)) ** 2).reduce((a, b) => a + b),
  ],
  hinge: [
    hinge({ margin: 0.5 }),
    (row, label) => {
      const short = row.map((value, j) => (j === label ? 0 : Math.max(0, 0.5 - row[label]! + value)));
      return short.reduce((a, b) => a + b) / row.length;
    },
  ],
};

onEachBackend(() => {
  it.each(Object.entries(FORMULAS))("%s is its formula, of one batch and of stacked ones", (_, [of, formula]) => {
    const labels = tf.tensor1d(LABELS, "int32");
    const expected = mean(LOGITS.map((row, i) => formula(row, LABELS[i]!)));
    expect(of(tf.tensor2d(LOGITS), labels).dataSync()[0]).toBeCloseTo(expected, 5);
    const twice = stackedLoss(of, tf.tensor2d([...LOGITS, ...LOGITS]), labels, 2);
    expect(twice.dataSync()[0]).toBeCloseTo(2 * expected, 5);
  });

  it("mean squared error is the mean over batch and units", () => {
    const [outputs, targets] = [tf.tensor2d([[1, 2], [3, 5]]), tf.tensor2d([[0, 4], [3, 2]])]; // prettier-ignore
    expect(meanSquaredError(outputs, targets).dataSync()[0]).toBe(3.5);
  });

  it.each([smoothedCrossEntropy(), squareLoss, hinge()])("train and probe with $title", async (own) => {
    const records = await collect(
      toyBatches(30).pipe(
        take(30),
        train(mlp({ hidden: [8], classes: 3 }), sgd({ learningRate: 0.2 }), { seed: 0, loss: own }),
        probes(loss(), gradientSteps({ distances: [0.1] })),
      ),
    );
    const losses = valuesOf(records, "loss");
    expect(losses.at(-1)!).toBeLessThan(0.9 * losses[0]!);
  });
});

it("say what they take", () => {
  const [outputs, classes, targets] = [tf.zeros([2, 3]), tf.tensor1d([0, 1], "int32"), tf.zeros([2, 3])];
  expect(() => hinge()(outputs, targets)).toThrow("hinge: wants classes, an Int32Array of one label per example");
  expect(() => smoothedCrossEntropy()(tf.zeros([2, 3, 1]), classes)).toThrow("wants outputs [size, classes]");
  expect(() => meanSquaredError(outputs, classes)).toThrow("meanSquaredError: wants target values");
  expect(() => smoothedCrossEntropy({ smoothing: 2 })).toThrow("smoothing must be a number from 0 up to 1, not 2");
  expect(Number.isNaN(smoothedCrossEntropy()(outputs, tf.tensor1d([0, 7], "int32")).dataSync()[0])).toBe(true);
  expect(crossEntropy(outputs, classes).dataSync()[0]).toBeCloseTo(Math.log(3), 5);
});
