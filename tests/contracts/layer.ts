import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { rootKey } from "../../src/core/random.ts";
import { valueAndGradients } from "../../src/core/gradients.ts";
import type { Tap } from "../../src/core/network.ts";
import type { Params, State } from "../../src/core/params.ts";
import { conv } from "../../src/nn/conv.ts";
import { dense } from "../../src/nn/dense.ts";
import { identity } from "../../src/nn/identity.ts";
import type { Layer, Norm } from "../../src/nn/layer.ts";
import { layered } from "../../src/nn/layered.ts";
import { expectNoLeak, gaussian, relativeError } from "../fixtures/tensors.ts";

export interface LayerContract {
  readonly layer: Layer;
  readonly shape: readonly number[];
  /** Step of the finite differences; float32 allows no smaller one. */
  readonly epsilon?: number;
}

/** What every layer must do, whatever it computes. */
export function layerContract({ layer, shape, epsilon = 1e-2 }: LayerContract): void {
  const size = 6;
  const key = rootKey(9);

  it("gives the shape that init announces, in both modes", () => {
    const { params, state, shape: out } = layer.init(rootKey(1), shape);
    for (const mode of ["train", "evaluate"] as const) {
      expect(layer.apply(params, state, gaussian([size, ...shape], 2), mode, 1, key)[0].shape).toEqual([size, ...out]);
    }
  });

  it("is pure: the same key gives the same parameters, and applying changes nothing that goes in", () => {
    const [first, second] = [layer.init(rootKey(1), shape), layer.init(rootKey(1), shape)];
    for (const [name, value] of Object.entries(first.params)) {
      expect(value.dataSync()).toEqual(second.params[name]!.dataSync());
    }
    const x = gaussian([size, ...shape], 2);
    const before = [x, ...Object.values(first.params), ...Object.values(first.state)].map((t) => t.dataSync().slice());
    const once = layer.apply(first.params, first.state, x, "train", 1, key)[0].dataSync().slice();
    expect(layer.apply(first.params, first.state, x, "train", 1, key)[0].dataSync()).toEqual(once);
    const after = [x, ...Object.values(first.params), ...Object.values(first.state)].map((t) => t.dataSync());
    expect(after).toEqual(before);
  });

  it("keeps its state in evaluation and names the same state in training", () => {
    const { params, state } = layer.init(rootKey(1), shape);
    const x = gaussian([size, ...shape], 2);
    expect(layer.apply(params, state, x, "evaluate")[1]).toBe(state);
    expect(Object.keys(layer.apply(params, state, x, "train", 1, key)[1])).toEqual(Object.keys(state));
  });

  it("has the gradients that finite differences find, for its input and every parameter", () => {
    const { params, state } = layer.init(rootKey(1), shape);
    const x = gaussian([size, ...shape], 2);
    const weights = gaussian(layer.apply(params, state, x, "train", 1, key)[0].shape, 3);
    const at = (values: Readonly<Record<string, Tensor>>) => {
      const { x: input, ...own } = values as { x: Tensor } & Record<string, Tensor>;
      return tf.sum<tf.Scalar>(tf.mul(layer.apply(own, state, input, "train", 1, key)[0], weights));
    };
    const inputs = { x, ...params };
    const { grads } = valueAndGradients(() => at(inputs), inputs);
    Object.entries(inputs).forEach(([name, value], i) => {
      const direction = gaussian(value.shape, 100 + i);
      const moved = (sign: number) => at({ ...inputs, [name]: tf.add(value, tf.mul(direction, sign * epsilon)) });
      const difference = tf.div(tf.sub(moved(1), moved(-1)), 2 * epsilon).dataSync();
      const exact = tf.sum(tf.mul(grads[name]!, direction)).dataSync();
      const scale = tf.norm(grads[name]!).dataSync()[0]! + 1e-3;
      expect(Math.abs(difference[0]! - exact[0]!) / scale, name).toBeLessThan(3e-2);
    });
  });

  it("leaves no tensor behind", async () => {
    await expectNoLeak(() =>
      tf.tidy(() => {
        const { params, state } = layer.init(rootKey(1), shape);
        layer.apply(params, state, gaussian([size, ...shape], 2), "train", 1, key);
      }),
    );
  });
}

/** What every normalization must do at its place in a network, whether it acts on activations or on the kernel. */
export function normContract(norm: Norm, shape: readonly number[]): void {
  const units = 8;
  const linear = shape.length === 1 ? dense({ units }) : conv({ filters: units });
  const network = layered("one layer", [{ linear, norm: norm(), nonlinearity: identity() }]);
  const tap: Tap = (_layer, _site, value) => value;
  const train = (params: Params, state: State, x: Tensor, batchCount = 1) =>
    network.apply(params, state, x, { mode: "train", tap, batchCount });

  it("makes the layer invariant under a positive scaling of its kernel, up to epsilon", () => {
    const { params, state } = network.init(rootKey(1), shape);
    const x = gaussian([16, ...shape], 4);
    const scaled = { ...params, "layer1/kernel": tf.mul(params["layer1/kernel"]!, 7) };
    const [y, same] = [params, scaled].map((own) => train(own, state, x).logits.dataSync());
    expect(relativeError(same!, y!)).toBeLessThan(1e-4);
  });

  it("starts with scale one and shift zero, where it has them, and applies them last", () => {
    const { params, state } = network.init(rootKey(1), shape);
    const x = gaussian([16, ...shape], 4);
    const plain = train(params, state, x).logits;
    const { "layer1/scale": scale, "layer1/shift": shift } = params;
    const changed = {
      ...params,
      ...(scale && { "layer1/scale": tf.mul(scale, 3) }),
      ...(shift && { "layer1/shift": tf.add(shift, 0.5) }),
    };
    const expected = tf.add(tf.mul(plain, scale ? 3 : 1), shift ? 0.5 : 0);
    expect(relativeError(train(changed, state, x).logits.dataSync(), expected.dataSync())).toBeLessThan(1e-6);
  });

  it("gives several batches at once what each gives by itself, gradients too, and keeps the state", () => {
    const { params, state } = network.init(rootKey(1), shape);
    const x = tf.concat([gaussian([4, ...shape], 4), tf.add(gaussian([4, ...shape], 5), 2)]);
    const evaluated = (examples: Tensor, weights: Tensor, batchCount: number) => {
      let after!: State;
      const { grads } = valueAndGradients(
        () => {
          const { logits, state: next } = train(params, state, examples, batchCount);
          if (batchCount > 1) after = next;
          return tf.sum<tf.Scalar>(tf.mul(tf.square(logits), weights));
        },
        { ...params, x: examples },
      );
      return { y: train(params, state, examples, batchCount).logits, grads, after };
    };
    const weights = gaussian([8, ...train(params, state, x).logits.shape.slice(1)], 6);
    const all = evaluated(x, weights, 2);
    const [inputs, factors] = [tf.split(x, 2), tf.split(weights, 2)];
    const each = inputs.map((own, i) => evaluated(own, factors[i]!, 1));
    expect(relativeError(all.y.dataSync(), tf.concat(each.map(({ y }) => y)).dataSync())).toBeLessThan(1e-5);
    const apart = tf.concat(each.map(({ grads }) => grads["x"]!));
    expect(relativeError(all.grads["x"]!.dataSync(), apart.dataSync())).toBeLessThan(1e-5);
    for (const name of Object.keys(params)) {
      const sum = tf.add(each[0]!.grads[name]!, each[1]!.grads[name]!);
      expect(tf.max(tf.abs(tf.sub(all.grads[name]!, sum))).dataSync()[0], name).toBeLessThan(1e-3);
    }
    for (const [name, value] of Object.entries(state)) expect(all.after[name], name).toBe(value);
  });

  it("leaves no tensor behind when gradients are taken", async () => {
    await expectNoLeak(() =>
      tf.tidy(() => {
        const { params, state } = network.init(rootKey(1), shape);
        const x = gaussian([4, ...shape], 4);
        valueAndGradients(() => tf.sum<tf.Scalar>(train(params, state, x).logits), params);
      }),
    );
  });

  it("has finite gradients for units that are all zero", () => {
    const { params, state } = network.init(rootKey(1), shape);
    const { grads } = valueAndGradients(
      () => tf.sum<tf.Scalar>(train(params, state, tf.zeros([4, ...shape])).logits),
      params,
    );
    for (const [name, grad] of Object.entries(grads)) expect(grad.dataSync().every(Number.isFinite), name).toBe(true);
  });
}
