import * as tf from "@tensorflow/tfjs";
import type { Tensor1D } from "@tensorflow/tfjs";
import { layerOf, type Params } from "../core/params.ts";
import { flatten, sumInBlocks } from "../core/vectors.ts";

/** Sums a vector laid out like `flatten(params)` over each of `layers`, and over everything: `[...layers, all]`. */
export type LayerSums = (vector: Tensor1D) => Tensor1D;

/** The sums over layers of vectors laid out like `params`, whose layers stand one after another. */
export function layerSums(params: Params, layers: readonly number[]): LayerSums {
  const sizes = new Map<number, number>();
  for (const [name, { size }] of Object.entries(params)) {
    sizes.set(layerOf(name), (sizes.get(layerOf(name)) ?? 0) + size);
  }
  const present = [...sizes.keys()];
  return (vector) => {
    const sums = tf.split(vector, [...sizes.values()]).map((own) => sumInBlocks(own as Tensor1D));
    const chosen = layers.map((layer) => sums[present.indexOf(layer)] ?? tf.scalar(0));
    return tf.stack([...chosen, tf.addN(sums)]) as Tensor1D;
  };
}

/** Only the weights of layers: their kernels. */
export const weightsOf = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => name.endsWith("/kernel")));

export const squares = (params: Params): Tensor1D => tf.square(flatten(params));
