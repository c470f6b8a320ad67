import * as tf from "@tensorflow/tfjs-core";
import type { Setting } from "../core/setting.ts";
import { rootKey } from "../core/random.ts";
import type { Site } from "../core/types.ts";
import type { TrainingBegun } from "../core/session.ts";

/** Number of examples for the shapes: batch statistics need two. */
const EXAMPLES = 2;

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
    const { params, state } = network.init(rootKey(0), batch.shape);
    for (const [name, { shape }] of Object.entries(params)) shapes[name] = shape;
    const count = Math.min(EXAMPLES, batch.size);
    const values = batch.examples.subarray(0, (batch.examples.length / batch.size) * count);
    try {
      network.apply(params, state, tf.tensor(values, [count, ...batch.shape]), {
        mode: "probe",
        key: rootKey(0),
        tap: (layer, site, value) => {
          units.set(`${layer} ${site}`, value.shape.at(-1)!);
          return value;
        },
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
