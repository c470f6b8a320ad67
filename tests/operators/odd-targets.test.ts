import * as tf from "@tensorflow/tfjs";
import { from, of } from "rxjs";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  batchNorm,
  crossEntropy,
  halfSquares,
  loss,
  mlp,
  moments,
  probes,
  sgd,
  train,
  type Batch,
  type Loss,
  type Network,
  type Recorded,
} from "gradstream";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { batch, expectRefused, network, seen, targets, training } from "../fixtures/odd-batches.ts";

onEachBackend(() => {
  describe("losses and what they are given", () => {
    it("target values train a network of as many outputs, and probes read it", async () => {
      const losses = await training(from([0, 1, 2].map((step) => batch(step, { labels: targets(3) }))), {
        loss: halfSquares,
      });
      expect(losses.every(Number.isFinite)).toBe(true);
      const records: Recorded[] = await collect(
        of(batch(0, { labels: targets(1) })).pipe(
          train(mlp({ hidden: [5], classes: 1, norm: batchNorm }), sgd({ learningRate: 0.01 }), {
            seed: 1,
            loss: halfSquares,
          }),
          probes(loss(), moments()),
        ),
      );
      expect(valuesOf(records, "loss").every(Number.isFinite)).toBe(true);
    });

    it.each<[string, Partial<Batch>, Loss, string]>([
      [
        "halfSquares and targets of another width",
        { labels: targets(1) },
        halfSquares,
        "halfSquares: outputs [4,3] and targets [4,1] differ in shape",
      ],
      [
        "halfSquares and wider targets",
        { labels: targets(6) },
        halfSquares,
        "halfSquares: outputs [4,3] and targets [4,6] differ in shape",
      ],
      ["halfSquares and classes", {}, halfSquares, "halfSquares: wants target values, a Float32Array"],
      [
        "crossEntropy and target values",
        { labels: targets(3) },
        crossEntropy,
        "crossEntropy: wants classes, an Int32Array",
      ],
      ["crossEntropy and one float label each", { labels: targets(1) }, crossEntropy, "crossEntropy: wants classes"],
      [
        "a loss for each example",
        {},
        (outputs) => tf.sum(outputs, 1),
        "train: the loss gives [4], not one number; take the sum or the mean of it",
      ],
    ])("%s", async (_name, given, own, message) => {
      await expectRefused(() => training(of(batch(0, given)), { loss: own }), message);
    });

    it("accuracy of target values, and logits that are maps", async () => {
      const withTargets = of(batch(0, { labels: targets(3) }));
      seen.length = 0;
      await expectRefused(
        () =>
          collect(
            withTargets.pipe(
              train(network, sgd({ learningRate: 0.1 }), { seed: 1, loss: halfSquares }),
              probes(accuracy()),
            ),
          ),
        "accuracy: these examples have target values, not classes",
      );
      const maps: Network = {
        ...network,
        apply: (params, state, x, pass) => {
          const { logits, state: next } = network.apply(params, state, x, pass);
          return { logits: tf.expandDims(tf.expandDims(logits, 1), 1), state: next };
        },
      };
      await expectRefused(
        () => training(of(batch(0)), {}, maps),
        "crossEntropy: wants outputs [size, classes] and labels [size], not [4,1,1,3] and [4]",
      );
    });
  });
});
