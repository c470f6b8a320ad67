import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import type { Network } from "../../src/core/network.ts";
import { dense } from "../../src/nn/dense.ts";
import { dropout } from "../../src/nn/dropout.ts";
import { identity } from "../../src/nn/identity.ts";
import { layered } from "../../src/nn/layered.ts";
import { mlp } from "../../src/nn/mlp.ts";
import { batchNorm } from "../../src/nn/batch-norm.ts";
import { vgg } from "../../src/nn/vgg.ts";
import { trainedLayers } from "../../src/operators/trained-layers.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";

const batch = (size: number, shape: readonly number[]) => ({
  step: 0,
  epoch: 0,
  size,
  shape,
  examples: new Float32Array(size * shape.reduce((a, b) => a * b)).fill(0.5),
  labels: new Int32Array(size),
});

/** A network that is none of ours: two numbered layers, the parameter of neither named like ours. */
const foreign = (fails = false): Network => ({
  name: "foreign",
  layers: [
    { layer: 1, name: "sums", sites: ["output"], parts: ["sums"] },
    { layer: 2, name: "scale", sites: ["linear", "output"], parts: ["scale"] },
  ],
  init: () => ({ params: { w: tf.scalar(2) }, state: {} }),
  apply: ({ w }, state, examples, { tap }) => {
    if (fails) throw new Error("cannot");
    const sums = tap(1, "output", tf.sum(examples, -1));
    return { logits: tap(2, "output", tap(2, "linear", tf.mul(sums, w!))), state };
  },
});

onEachBackend(() => {
  it("describes the layers of networks with the shapes of their outputs and how many parameters they have", async () => {
    await expectNoLeak(() => {
      const [first, , last] = trainedLayers(mlp({ hidden: [6, 5], classes: 3, norm: batchNorm }), batch(8, [4, 4, 1]));
      expect(first).toMatchObject({ layer: 1, sites: ["linear", "norm", "output"], shape: [6] });
      // A kernel of 16 by 6 or with biases, and scale and shift of the norm.
      expect(first!.parameters).toBeGreaterThanOrEqual(16 * 6 + 12);
      expect(last).toMatchObject({ layer: 3, sites: ["linear", "output"], shape: [3], parameters: 5 * 3 + 3 });
      const convolutions = trainedLayers(vgg({ depth: 11, width: 2 }), batch(2, [32, 32, 3]));
      expect(convolutions[0]).toMatchObject({ layer: 1, shape: [32, 32, 2] });
    });
  });

  it("knows the shapes of layers after a dropout", () => {
    const network = layered("with dropout", [
      { before: [dropout({ rate: 0.5 })], linear: dense({ units: 6 }), nonlinearity: identity() },
      { before: [dropout({ rate: 0.5 })], linear: dense({ units: 3 }) },
    ]);
    expect(trainedLayers(network, batch(4, [5])).map(({ shape }) => shape)).toEqual([[6], [3]]);
  });

  it("describes one that is none of ours, and one that cannot take the examples as far as it says itself", () => {
    expect(trainedLayers(foreign(), batch(3, [5, 2]))).toEqual([
      { layer: 1, name: "sums", sites: ["output"], parts: ["sums"], shape: [5] },
      { layer: 2, name: "scale", sites: ["linear", "output"], parts: ["scale"], shape: [5] },
    ]);
    expect(trainedLayers(foreign(true), batch(3, [5, 2])).map((one) => [one.layer, one.shape])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });
});
