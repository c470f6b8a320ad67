import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { rootKey } from "../../src/core/random.ts";
import { valueAndGradients } from "../../src/core/gradients.ts";
import type { Layer } from "../../src/nn/layer.ts";
import { expectNoLeak, gaussian, relativeError } from "../support.ts";

export interface LayerContract {
  readonly layer: Layer;
  readonly shape: readonly number[];
  /** Step of the finite differences; float32 allows no smaller one. */
  readonly epsilon?: number;
}

/** What every layer must do, whatever it computes. */
export function layerContract({ layer, shape, epsilon = 1e-2 }: LayerContract): void {
  const size = 6;

  it("gives the shape that init announces, in both modes", () => {
    const { params, state, shape: out } = layer.init(rootKey(1), shape);
    for (const mode of ["train", "evaluate"] as const) {
      expect(layer.apply(params, state, gaussian([size, ...shape], 2), mode)[0].shape).toEqual([size, ...out]);
    }
  });

  it("is pure: the same key gives the same parameters, and applying changes nothing that goes in", () => {
    const [first, second] = [layer.init(rootKey(1), shape), layer.init(rootKey(1), shape)];
    for (const [name, value] of Object.entries(first.params)) {
      expect(value.dataSync()).toEqual(second.params[name]!.dataSync());
    }
    const x = gaussian([size, ...shape], 2);
    const before = [x, ...Object.values(first.params), ...Object.values(first.state)].map((t) => t.dataSync().slice());
    const once = layer.apply(first.params, first.state, x, "train")[0].dataSync().slice();
    expect(layer.apply(first.params, first.state, x, "train")[0].dataSync()).toEqual(once);
    const after = [x, ...Object.values(first.params), ...Object.values(first.state)].map((t) => t.dataSync());
    expect(after).toEqual(before);
  });

  it("keeps its state in evaluation and names the same state in training", () => {
    const { params, state } = layer.init(rootKey(1), shape);
    const x = gaussian([size, ...shape], 2);
    expect(layer.apply(params, state, x, "evaluate")[1]).toBe(state);
    expect(Object.keys(layer.apply(params, state, x, "train")[1])).toEqual(Object.keys(state));
  });

  it("has the gradients that finite differences find, for its input and every parameter", () => {
    const { params, state } = layer.init(rootKey(1), shape);
    const x = gaussian([size, ...shape], 2);
    const weights = gaussian(layer.apply(params, state, x, "train")[0].shape, 3);
    const at = (values: Readonly<Record<string, Tensor>>) => {
      const { x: input, ...own } = values as { x: Tensor } & Record<string, Tensor>;
      return tf.sum<tf.Scalar>(tf.mul(layer.apply(own, state, input, "train")[0], weights));
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
        layer.apply(params, state, gaussian([size, ...shape], 2), "train");
      }),
    );
  });
}

/** What every normalization must do besides. */
export function normContract(layer: Layer, shape: readonly number[]): void {
  it("is invariant under a positive scaling of its input, up to epsilon", () => {
    const { params, state } = layer.init(rootKey(1), shape);
    const x = gaussian([16, ...shape], 4);
    const [y, scaled] = [x, tf.mul(x, 7)].map((input) => layer.apply(params, state, input, "train")[0].dataSync());
    expect(relativeError(scaled!, y!)).toBeLessThan(1e-4);
  });

  it("starts with scale one and shift zero, and applies them last", () => {
    const { params, state } = layer.init(rootKey(1), shape);
    const x = gaussian([16, ...shape], 4);
    const plain = layer.apply(params, state, x, "train")[0];
    const changed = { scale: tf.mul(params["scale"]!, 3), shift: tf.add(params["shift"]!, 0.5) };
    const [y] = layer.apply({ ...params, ...changed }, state, x, "train");
    expect(relativeError(y.dataSync(), tf.add(tf.mul(plain, 3), 0.5).dataSync())).toBeLessThan(1e-6);
  });
}
