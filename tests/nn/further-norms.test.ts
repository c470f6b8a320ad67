import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  batchNorm,
  conv,
  dense,
  ghostBatchNorm,
  mlp,
  populationBatchNorm,
  rootKey,
  scaledWeightStandardization,
  tanh,
} from "gradstream";
import { layerContract, normContract } from "../contracts/layer.ts";
import { networkContract } from "../contracts/network.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { gaussian, relativeError } from "../fixtures/tensors.ts";

const ghosts = () => ghostBatchNorm({ size: 2 });
const NORMS = { ghosts, populationBatchNorm, scaledWeightStandardization };

onEachBackend(() => {
  describe("norm contract: ghostBatchNorm", () => normContract(ghosts, [3, 4, 6]));
  describe("norm contract: scaledWeightStandardization", () => normContract(scaledWeightStandardization, [3, 4, 6]));
  describe("layer contract: ghostBatchNorm", () => layerContract({ layer: ghosts(), shape: [3, 4, 5] }));
  describe("layer contract: populationBatchNorm", () => layerContract({ layer: populationBatchNorm(), shape: [3, 5] }));
  describe("layer contract: scaledWeightStandardization", () => {
    layerContract({ layer: scaledWeightStandardization().reparametrize!(conv({ filters: 5 })), shape: [5, 4, 3] });
  });
  describe.each(Object.entries(NORMS))("network contract: %s", (_, norm) => {
    networkContract({ network: mlp({ hidden: [6], classes: 3, norm, nonlinearity: tanh }), shape: [5] });
  });

  it("ghostBatchNorm is batchNorm of each ghost, and its running statistics the mean of theirs", () => {
    const [whole, ghost] = [batchNorm(), ghostBatchNorm({ size: 4 })];
    const { params, state } = ghost.init(rootKey(0), [3, 5]);
    const x = tf.concat([gaussian([4, 3, 5], 1), tf.add(gaussian([4, 3, 5], 2), 3)]);
    const [y, next] = ghost.apply(params, state, x, "train");
    const each = tf.split(x, 2).map((own) => whole.apply(params, state, own, "train"));
    expect(relativeError(y.dataSync(), tf.concat(each.map(([own]) => own)).dataSync())).toBeLessThan(1e-5);
    for (const name of ["mean", "variance"]) {
      const mean = tf.mean(tf.stack(each.map(([, after]) => after[name]!)), 0);
      expect(relativeError(next[name]!.dataSync(), mean.dataSync()), name).toBeLessThan(1e-5);
    }
    expect(() => ghost.apply(params, state, gaussian([6, 3, 5], 1), "train")).toThrow(
      "ghostBatchNorm: ghosts of 4 examples do not divide a batch of 6",
    );
  });

  it("populationBatchNorm gives in training what batchNorm gives in evaluation, and moves its statistics alike", () => {
    const [batch, population] = [batchNorm(), populationBatchNorm()];
    const { params } = batch.init(rootKey(0), [5]);
    const state = { mean: gaussian([5], 3), variance: tf.add(tf.square(gaussian([5], 4)), 0.5) };
    const x = gaussian([8, 5], 1);
    const [y, next] = population.apply(params, state, x, "train");
    expect(y.dataSync()).toEqual(batch.apply(params, state, x, "evaluate")[0].dataSync());
    const [, expected] = batch.apply(params, state, x, "train");
    for (const name of ["mean", "variance"]) {
      expect(relativeError(next[name]!.dataSync(), expected[name]!.dataSync()), name).toBeLessThan(1e-5);
    }
  });

  it("scaledWeightStandardization keeps the variance of what passes the map and ReLU, whatever the kernel", () => {
    const map = scaledWeightStandardization().reparametrize!(dense({ units: 400, bias: false }));
    const { params, state } = map.init(rootKey(0), [300]);
    const shifted = { ...params, kernel: tf.add(tf.mul(params["kernel"]!, 9), 2) };
    const x = gaussian([200, 300], 1);
    const { variance } = tf.moments(tf.relu(map.apply(shifted, state, x, "train")[0]));
    expect(Math.abs(variance.dataSync()[0]! - 1)).toBeLessThan(0.05);
  });
});
