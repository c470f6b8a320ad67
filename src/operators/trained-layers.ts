import * as tf from "@tensorflow/tfjs-core";
import type { Network } from "../core/network.ts";
import { layerOf } from "../core/params.ts";
import { rootKey } from "../core/random.ts";
import type { Batch, TrainedLayer } from "../core/types.ts";

/** Number of examples for the shapes: batch statistics need two. */
const EXAMPLES = 2;

/**
 * Describes the layers of a network, any that keeps to the interface, for records: passes two examples of a batch through it to
 * see the shapes of their outputs. Where these fail, shapes and numbers of parameters stay unknown.
 */
export function trainedLayers(network: Network, batch: Batch): readonly TrainedLayer[] {
  const shapes = new Map<number, readonly number[]>();
  const parameters = new Map<number, number>();
  try {
    tf.tidy(() => {
      const { params, state } = network.init(rootKey(0), batch.shape);
      for (const [name, { size }] of Object.entries(params)) {
        const layer = layerOf(name);
        parameters.set(layer, (parameters.get(layer) ?? 0) + size);
      }
      const count = Math.min(EXAMPLES, batch.size);
      const values = batch.examples.subarray(0, (batch.examples.length / batch.size) * count);
      network.apply(params, state, tf.tensor(values, [count, ...batch.shape]), {
        mode: "probe",
        key: rootKey(0),
        tap: (layer, site, value) => {
          if (site === "output") shapes.set(layer, value.shape.slice(1));
          return value;
        },
      });
    });
  } catch {
    // Why it fails is told where it trains.
  }
  return network.layers.map(({ layer, name, sites, parts }) => ({
    layer,
    name,
    sites: [...sites],
    parts: [...parts],
    ...(shapes.has(layer) && { shape: shapes.get(layer)! }),
    ...(parameters.has(layer) && { parameters: parameters.get(layer)! }),
  }));
}
