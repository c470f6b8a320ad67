import * as tf from "@tensorflow/tfjs-core";
import type { Network } from "../core/network.ts";
import { layerOf } from "../core/params.ts";
import { rootKey } from "../core/random.ts";
import type { Batch, TrainedLayer } from "../core/types.ts";
import { firstPass } from "./first-pass.ts";

/**
 * Describes the layers of a network, any that keeps to the interface, for records: passes two examples of a batch through it to
 * see the shapes of their outputs. Where these fail, shapes and numbers of parameters stay unknown.
 */
export function trainedLayers(network: Network, batch: Batch): readonly TrainedLayer[] {
  const shapes = new Map<number, readonly number[]>();
  const parameters = new Map<number, number>();
  try {
    tf.tidy(() => {
      const weights = network.init(rootKey(0), batch.shape);
      for (const [name, { size }] of Object.entries(weights.params)) {
        const layer = layerOf(name);
        parameters.set(layer, (parameters.get(layer) ?? 0) + size);
      }
      firstPass(network, weights, batch, (layer, site, value) => {
        if (site === "output") shapes.set(layer, value.shape.slice(1));
        return value;
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
