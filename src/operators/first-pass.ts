import * as tf from "@tensorflow/tfjs-core";
import type { InitialValues, Network, Tap } from "../core/network.ts";
import { rootKey } from "../core/random.ts";
import type { Batch } from "../core/types.ts";

/** Number of examples for the shapes: batch statistics need two. */
const EXAMPLES = 2;

/** Passes two examples of a batch through a network before it trains, for the shapes of its activations. Not for values. */
export function firstPass(network: Network, { params, state }: InitialValues, batch: Batch, tap: Tap): void {
  const count = Math.min(EXAMPLES, batch.size);
  const values = batch.examples.subarray(0, (batch.examples.length / batch.size) * count);
  network.apply(params, state, tf.tensor(values, [count, ...batch.shape]), { mode: "probe", key: rootKey(0), tap });
}
