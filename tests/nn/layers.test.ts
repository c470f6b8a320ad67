import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { crossEntropy } from "../../src/core/losses.ts";
import { valueAndGradients } from "../../src/core/gradients.ts";
import { UserError } from "../../src/core/errors.ts";
import { rootKey } from "../../src/core/random.ts";
import { batchNorm } from "../../src/nn/batch-norm.ts";
import { conv } from "../../src/nn/conv.ts";
import { dense } from "../../src/nn/dense.ts";
import { flatten } from "../../src/nn/flatten.ts";
import type { Layer } from "../../src/nn/layer.ts";
import { filterResponseNorm } from "../../src/nn/filter-response-norm.ts";
import { groupNorm } from "../../src/nn/group-norm.ts";
import { identity } from "../../src/nn/identity.ts";
import { instanceNorm } from "../../src/nn/instance-norm.ts";
import { layerNorm } from "../../src/nn/layer-norm.ts";
import { l1Norm, l2Norm, lInfNorm } from "../../src/nn/lp-norm.ts";
import { maxPool } from "../../src/nn/max-pool.ts";
import { relu } from "../../src/nn/relu.ts";
import { rmsNorm } from "../../src/nn/rms-norm.ts";
import { tlu } from "../../src/nn/tlu.ts";
import { weightNorm } from "../../src/nn/weight-norm.ts";
import { weightStandardization } from "../../src/nn/weight-standardization.ts";
import { layerContract } from "../contracts/layer.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { goldens, toTensor, type Golden, type LayerCase } from "../fixtures/goldens.ts";
import { gaussian, relativeError } from "../fixtures/tensors.ts";

const CASES: readonly (readonly [string, Layer, "train" | "evaluate"])[] = [
  ["conv3x3", conv({ filters: 4 }), "train"],
  ["conv3x3Odd", conv({ filters: 5 }), "train"],
  ["conv3x3Single", conv({ filters: 3 }), "train"],
  ["dense", dense({ units: 3 }), "train"],
  ["relu", relu(), "train"],
  ["maxPool", maxPool(), "train"],
  ["flatten", flatten(), "train"],
  ["batchNorm4d", batchNorm(), "train"],
  ["batchNorm2d", batchNorm(), "train"],
  ["batchNorm4dEvaluation", batchNorm(), "evaluate"],
  ["batchNorm2dEvaluation", batchNorm(), "evaluate"],
  ["l1Norm4d", l1Norm(), "train"],
  ["l2Norm4d", l2Norm(), "train"],
  ["lInfNorm4d", lInfNorm(), "train"],
  ["lInfNorm2d", lInfNorm(), "train"],
  ["layerNorm4d", layerNorm(), "train"],
  ["layerNorm2d", layerNorm(), "train"],
  ["groupNorm4d", groupNorm({ groups: 2 }), "train"],
  ["groupNorm2d", groupNorm({ groups: 2 }), "train"],
  ["instanceNorm4d", instanceNorm(), "train"],
  ["rmsNorm4d", rmsNorm(), "train"],
  ["filterResponseNorm4d", filterResponseNorm({ epsilon: 1e-5 }), "train"],
  ["tlu", tlu(), "train"],
  ["weightNorm4d", weightNorm().reparametrize!(conv({ filters: 3 })), "train"],
  ["weightNorm2d", weightNorm().reparametrize!(dense({ units: 3 })), "train"],
  [
    "weightStandardization4d",
    weightStandardization({ norm: identity, epsilon: 1e-5 }).reparametrize!(conv({ filters: 3 })),
    "train",
  ],
];

onEachBackend(() => {
  describe.each(CASES)("PyTorch's %s", (name, layer, mode) => {
    const golden = goldens[name] as LayerCase;

    it("has the same output, gradients and running statistics", () => {
      const inputs = Object.fromEntries(Object.entries(golden.inputs).map(([key, value]) => [key, toTensor(value)]));
      const state = Object.fromEntries(
        Object.entries(golden.runningBefore ?? {}).map(([key, value]) => [key, toTensor(value)]),
      );
      const { x, ...params } = inputs as { x: tf.Tensor } & Record<string, tf.Tensor>;
      const [y, next] = layer.apply(params, state, x, mode);
      expect(y.shape).toEqual(golden.y.shape);
      expect(relativeError(y.dataSync(), golden.y.values)).toBeLessThan(2e-6);
      const f = () => tf.sum<tf.Scalar>(tf.mul(layer.apply(params, state, x, mode)[0], toTensor(golden.dy)));
      const { grads } = valueAndGradients(f, inputs);
      for (const [key, value] of Object.entries(golden.grads)) {
        expect(relativeError(grads[key]!.dataSync(), value.values), key).toBeLessThan(5e-6);
      }
      for (const [key, value] of Object.entries(golden.runningAfter ?? {})) {
        expect(relativeError(next[key]!.dataSync(), value.values), key).toBeLessThan(2e-6);
      }
    });
  });

  it("PyTorch's softmaxCrossEntropy has the same loss and gradient", () => {
    const {
      inputs: given,
      loss,
      dlogits,
    } = goldens["softmaxCrossEntropy"] as {
      inputs: { logits: Golden; labels: number[] };
      loss: number;
      dlogits: Golden;
    };
    const inputs = { logits: toTensor(given.logits) };
    const { value, grads } = valueAndGradients(
      () => crossEntropy(inputs.logits, tf.tensor1d(given.labels, "int32")),
      inputs,
    );
    expect(value.dataSync()[0]).toBeCloseTo(loss, 5);
    expect(relativeError(grads["logits"]!.dataSync(), dlogits.values)).toBeLessThan(2e-6);
  });

  it("maxPool refuses a map smaller than its windows, whatever init met, and what is no map", () => {
    const layer = maxPool({ size: 3 });
    layer.init(rootKey(0), [6, 6, 1]);
    for (const shape of [
      [2, 2, 6, 1],
      [2, 6, 2, 1],
      [1, 1, 1, 4],
    ]) {
      expect(() => layer.apply({}, {}, gaussian(shape, 1), "train")).toThrow(
        `maxPool: windows of 3 do not fit ${shape[1]} x ${shape[2]}; pool less, or give it more`,
      );
    }
    expect(layer.apply({}, {}, gaussian([2, 3, 4, 1], 1), "train")[0].shape).toEqual([2, 1, 1, 1]);
    expect(() => layer.apply({}, {}, gaussian([2, 9], 1), "train")).toThrow(
      "maxPool: needs [height, width, channels] examples, not [9]",
    );
  });

  const CONTRACTS: readonly (readonly [string, Layer, readonly number[]])[] = [
    ["conv", conv({ filters: 5 }), [5, 4, 3]],
    ["conv without bias", conv({ filters: 8, bias: false }), [4, 4, 8]],
    ["conv 1x1", conv({ filters: 9, size: 1 }), [3, 3, 4]],
    ["conv 5x5", conv({ filters: 2, size: 5 }), [6, 3, 2]],
    ["dense", dense({ units: 4 }), [7]],
    ["dense on any leading axes", dense({ units: 4 }), [2, 3, 5]],
    ["relu", relu(), [3, 2, 4]],
    ["maxPool", maxPool(), [4, 6, 5]],
    ["maxPool at odd size", maxPool(), [5, 3, 2]],
    ["maxPool 3", maxPool({ size: 3 }), [6, 6, 2]],
    ["flatten", flatten(), [2, 3, 2]],
    ["batchNorm on images", batchNorm(), [3, 4, 6]],
    ["batchNorm on vectors", batchNorm(), [5]],
    ["tlu", tlu(), [3, 2, 4]],
    ["l1Norm on images", l1Norm(), [3, 4, 6]],
    ["l1Norm on vectors", l1Norm(), [5]],
    ["l2Norm on images", l2Norm(), [3, 4, 6]],
    ["lInfNorm on images", lInfNorm(), [3, 4, 6]],
    ["layerNorm on images", layerNorm(), [3, 4, 6]],
    ["layerNorm on vectors", layerNorm(), [5]],
    ["groupNorm on images", groupNorm({ groups: 3 }), [3, 4, 6]],
    ["groupNorm on vectors", groupNorm({ groups: 2 }), [6]],
    ["instanceNorm", instanceNorm(), [3, 4, 6]],
    ["rmsNorm", rmsNorm(), [3, 4, 6]],
    ["filterResponseNorm", filterResponseNorm(), [3, 4, 6]],
    ["conv with weightNorm", weightNorm().reparametrize!(conv({ filters: 5 })), [5, 4, 3]],
    ["dense with weightNorm", weightNorm().reparametrize!(dense({ units: 4 })), [7]],
    ["conv with weightStandardization", weightStandardization().reparametrize!(conv({ filters: 5 })), [5, 4, 3]],
    ["dense with weightStandardization", weightStandardization().reparametrize!(dense({ units: 4 })), [7]],
  ];
  describe.each(CONTRACTS)("contract: %s", (_name, layer, shape) => {
    // Kinks (relu, max, |x|) lie within a large step of some value.
    layerContract({ layer, shape, epsilon: /relu|tlu|maxPool|l1Norm|lInfNorm/.test(layer.name) ? 1e-3 : 1e-2 });
  });
});

describe("init", () => {
  it("says what a layer cannot take", () => {
    expect(() => conv({ filters: 2 }).init(rootKey(0), [5])).toThrow(UserError);
    expect(() => dense({ units: 2 }).init(rootKey(0), [])).toThrow("dense: needs examples of one axis or more");
    expect(dense({ units: 2 }).init(rootKey(0), [3, 4, 5]).shape).toEqual([3, 4, 2]);
    expect(() => maxPool().init(rootKey(0), [1, 1, 3])).toThrow("do not fit");
    expect(() => maxPool().init(rootKey(0), [4])).toThrow("maxPool: needs [height, width, channels] examples, not [4]");
    for (const size of [0, -1, 1.5, NaN]) {
      expect(() => maxPool({ size })).toThrow(`maxPool: size must be a whole number from 1 up, not ${size}`);
      expect(() => conv({ filters: 2, size })).toThrow(`conv: size must be a whole number from 1 up, not ${size}`);
      expect(() => dense({ units: size })).toThrow(`dense: units must be a whole number from 1 up, not ${size}`);
    }
    expect(maxPool({ size: 1 }).init(rootKey(0), [1, 1, 3]).shape).toEqual([1, 1, 3]);
  });
});
