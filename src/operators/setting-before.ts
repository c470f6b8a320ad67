import * as tf from "@tensorflow/tfjs";
import type { Setting } from "../core/setting.ts";
import { rootKey } from "../core/random.ts";
import type { Site } from "../core/types.ts";
import type { TrainingBegun } from "../core/session.ts";

/** Two: of one, batch statistics are none. */
const EXAMPLES = 2;

/**
 * What is known of a training before its first step: parameters are made, and a few examples go through the network, to
 * see their shapes. Where these do not pass, the units of its layers stay unknown.
 *
 * @throws UserError when the network cannot take the examples.
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
