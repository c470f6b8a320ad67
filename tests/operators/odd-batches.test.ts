import * as tf from "@tensorflow/tfjs";
import { from, map, of } from "rxjs";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  batches,
  crossEntropy,
  dense,
  halfSquares,
  layered,
  mlp,
  probes,
  relu,
  rootKey,
  sgd,
  shapes10,
  train,
  vgg,
  type Batch,
  type LabelledExamples,
  type Loss,
} from "gradstream";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";
import { batch, expectRefused, network, seen, targets, training } from "../fixtures/odd-batches.ts";

onEachBackend(() => {
  describe("labels outside the classes", () => {
    it.each([
      ["counted from 1", [1, 2, 3, 1], "example 2 of the batch has label 3"],
      ["missing, as -1", [0, -1, 2, 0], "example 1 of the batch has label -1"],
      ["of more classes than the network has", [0, 1, 2, 9], "example 3 of the batch has label 9"],
    ])("%s", async (_name, labels, message) => {
      const odd = from([batch(0), batch(1, { labels: Int32Array.from(labels) })]);
      const end = "but the network has 3 classes, 0 to 2; count labels from 0, or give the network more classes";
      await expectRefused(() => training(odd), `train: step 1: ${message}, ${end}`, 1);
    });

    it("ten classes of shapes10 in a network of five, before the first update", async () => {
      const data = shapes10({ train: 20, test: 10 });
      const source = batches(data.train, { size: 10, key: rootKey(0), limit: 2 });
      const own = mlp({ hidden: [4], classes: 5 });
      await expectRefused(() => training(source, {}, own), "but the network has 5 classes, 0 to 4");
    });

    it("in a loss of one's own that hides them: the loss is not a number, and the run no success", async () => {
      const mine: Loss = (outputs, labels) => tf.mul(crossEntropy(outputs, labels), 2);
      const odd = of(batch(0, { labels: Int32Array.of(0, 1, 7, 0) }));
      await expect(training(odd, { loss: mine })).rejects.toThrow("the loss is NaN at step 0");
      expect(await training(of(batch(0)), { loss: mine })).toEqual([
        expect.closeTo(2 * (await training(of(batch(0))))[0]!, 5),
      ]);
    });

    it("in a test set: the example is counted over the chunks", async () => {
      const chunk = (labels: number[]): LabelledExamples => ({ ...batch(9), labels: Int32Array.from(labels) });
      const test = (...chunks: LabelledExamples[]) =>
        collect(
          of(batch(0)).pipe(
            train(network, sgd({ learningRate: 0.1 }), { seed: 1 }),
            probes(accuracy({ test: chunks })),
          ),
        );
      seen.length = 0;
      await expectRefused(
        () => test(chunk([0, 1, 2, 0]), chunk([0, 1, 2, 5])),
        "accuracy: test example 7 has label 5, but the network has 3 classes, 0 to 2",
      );
      await expectRefused(
        () => test(chunk([0, 1, 2, 0]), { ...chunk([0, 1, 2, 0]), examples: new Float32Array(28).fill(NaN, 8, 9) }),
        "accuracy: value 1 of test example 5 is NaN, not a number",
      );
      await expectRefused(
        () => test({ ...chunk([0, 1, 2, 0]), size: 3 }),
        "there are 28 values of examples, not 3 * 7",
      );
      await expectRefused(() => test(chunk([0, 1])), "there are 2 labels for 4 examples");
      await expectRefused(() => test(), "accuracy: the test set is empty");
      expect(valuesOf(await test(chunk([0, 1, 2, 0])), "test_accuracy")).toHaveLength(1);
    });

    it("of the batch, where the loss does not look: accuracy does", async () => {
      const quiet: Loss = (outputs) => tf.mean(tf.square(outputs));
      const odd = of(batch(0, { labels: Int32Array.of(0, 1, 3, 0) }));
      seen.length = 0;
      await expectRefused(
        () =>
          collect(odd.pipe(train(network, sgd({ learningRate: 0.1 }), { seed: 1, loss: quiet }), probes(accuracy()))),
        "accuracy: example 2 of the batch of step 0 has label 3",
      );
    });
  });

  describe("what is no number", () => {
    it.each([
      [
        "an example",
        { examples: Float32Array.from({ length: 28 }, (_, i) => (i === 16 ? NaN : i)) },
        "value 2 of example 2",
      ],
      [
        "the last value",
        { examples: Float32Array.from({ length: 28 }, (_, i) => (i === 27 ? -Infinity : i)) },
        "value 6 of example 3 of the batch is -Infinity",
      ],
    ])("%s is named", async (_name, given, message) => {
      await expectRefused(() => training(from([batch(0), batch(1, given)])), `train: step 1: ${message}`, 1);
    });

    it("a target is named", async () => {
      const labels = targets(3);
      labels[7] = NaN;
      await expectRefused(
        () => training(of(batch(0, { labels })), { loss: halfSquares }),
        "train: step 0: target 1 of example 2 of the batch is NaN, not a number; fix the data",
      );
    });

    it("large numbers are numbers", async () => {
      const examples = new Float32Array(28).fill(3e38);
      await expect(training(of(batch(0, { examples })))).rejects.toThrow(/the loss is (NaN|Infinity) at step 0/);
    });
  });

  describe("what does not fit together", () => {
    it.each<[string, Partial<Record<keyof Batch, unknown>>, string]>([
      ["too few values", { examples: new Float32Array(27) }, "there are 27 values of examples, not 4 * 7"],
      ["too many values", { examples: new Float32Array(56) }, "there are 56 values of examples, not 4 * 7"],
      ["too few labels", { labels: Int32Array.of(0, 1) }, "there are 2 labels for 4 examples; give one class each"],
      ["no labels", { labels: new Int32Array(0) }, "there are 0 labels for 4 examples"],
      ["targets that do not divide", { labels: new Float32Array(7) }, "7 target values do not divide among 4 examples"],
      ["bytes for labels", { labels: Uint8Array.of(0, 1, 2, 0) }, "not Uint8Array"],
      ["a list for labels", { labels: [0, 1, 2, 0] }, "labels must be an Int32Array of classes, or a Float32Array"],
      ["bytes for examples", { examples: new Uint8Array(28) }, "examples must be a Float32Array, not Uint8Array"],
      ["nothing for examples", { examples: undefined }, "examples must be a Float32Array, not undefined"],
      [
        "an empty batch",
        { size: 0, examples: new Float32Array(0), labels: new Int32Array(0) },
        "size must be a whole number from 1 up, not 0",
      ],
      ["a broken shape", { shape: [7, 0.5] }, "shape[1] must be a whole number from 1 up, not 0.5"],
    ])("%s", async (_name, given, message) => {
      await expectRefused(() => training(of(batch(0, given))), message);
    });

    it("examples of another shape than those before", async () => {
      const wider = batch(2, { shape: [9], examples: new Float32Array(36) });
      await expectRefused(
        () => training(from([batch(0), batch(1), wider])),
        "train: the examples of step 2 are [9], those before were [7]",
        2,
      );
    });

    it("a smaller batch is no other shape", async () => {
      const smaller = batch(1, { size: 2, examples: new Float32Array(14).fill(0.5), labels: Int32Array.of(1, 2) });
      expect(await training(from([batch(0), smaller]))).toHaveLength(2);
    });

    it("pixels and labels of a data set of one's own", () => {
      const { train: data } = shapes10({ train: 10, test: 1 });
      const make = (given: object) => () => batches({ ...data, ...given }, { size: 5, key: rootKey(0) });
      expect(make({ labels: data.labels.subarray(1) })).toThrow("batches: there are 9 labels for 10 examples");
      expect(make({ shape: [32, 32, 1] })).toThrow("batches: there are 30720 pixels, not 10 examples of [32,32,1]");
    });
  });

  it("examples of any shape reach a network of one's own blocks", async () => {
    for (const shape of [[7], [28], [2, 7]]) {
      const size = 28 / shape.reduce((a, b) => a * b, 1);
      const labels = new Int32Array(size);
      const given = { shape, size, labels };
      if (shape.length === 1) {
        const own = layered("own", [
          { linear: dense({ units: 4 }), nonlinearity: relu() },
          { linear: dense({ units: 2 }) },
        ]);
        expect(await training(from([batch(0, given), batch(1, given)]), {}, own)).toHaveLength(2);
      }
      expect(await training(from([batch(0, given)]), {}, mlp({ hidden: [3], classes: 2 }))).toHaveLength(1);
    }
  });
});

it("predict names what does not fit", async () => {
  const predict = of(batch(0)).pipe(
    train(network, sgd({ learningRate: 0.1 }), { seed: 1 }),
    map((step) => step.predict(new Float32Array(13), 2)),
  );
  await expect(collect(predict)).rejects.toThrow("predict: there are 13 values of examples, not 2 * 7");
});

it("a network that cannot take the examples is named once, and leaves nothing", async () => {
  await expectNoLeak(() =>
    expect(
      collect(toyBatches(1).pipe(train(vgg({ depth: 11, width: 1 }), sgd({ learningRate: 1 }), { seed: 0 }))),
    ).rejects.toThrow("layer 4: maxPool: windows of 2 do not fit 1 x 1; pool less, or give it more"),
  );
});
