import * as tf from "@tensorflow/tfjs-core";
import type { Setting } from "../core/setting.ts";
import { rootKey } from "../core/random.ts";
import type { Site } from "../core/types.ts";
import type { TrainingBegun } from "../core/session.ts";
import { firstPass } from "./first-pass.ts";

/**
 * Returns the setting of a training before its first step: makes parameters, and passes a few examples through the
 * network to see the shapes of its layers. Where these fail, the numbers of units stay unknown.
 *
 * @throws {UserError} when the network cannot take the examples.
 */
export function settingBefore({ network, optimizer, loss, batch }: TrainingBegun): Setting {
  const units = new Map<string, number>();
  const shapes: Record<string, readonly number[]> = {};
  tf.tidy(() => {
    const weights = network.init(rootKey(0), batch.shape);
    for (const [name, { shape }] of Object.entries(weights.params)) shapes[name] = shape;
    try {
      firstPass(network, weights, batch, (layer, site, value) => {
        units.set(`${layer} ${site}`, value.shape.at(-1)!);
        return value;
      });
    } catch {
      units.clear();
    }
  });
  return {
    layers: network.layers,
    shapes,
    batch,
    lossName: loss.title ?? "custom",
    hasPenalty: optimizer.penalty !== undefined,
    unitsOf: (layer: number, site: Site) => units.get(`${layer} ${site}`),
  };
}
