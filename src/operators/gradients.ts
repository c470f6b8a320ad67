import { concatMap, type OperatorFunction } from "rxjs";
import type { Gradient, Step } from "../core/live.ts";
import { checkOptions, layers as layersOption, schedule } from "../core/options.ts";
import { layerOf } from "../core/params.ts";
import { every, isDue, type Schedule } from "../core/schedule.ts";
import { checkLayers, type Layers } from "./select-layers.ts";

export interface GradientsOptions {
  /** Layers to emit. Default `all`. */
  readonly layers?: Layers;
  /** Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Emits the gradients of the step's objective, one per parameter tensor of the chosen layers, in the network's order.
 *
 *     steps      --s0------------------s1--|
 *                gradients({ layers: [1] })
 *     gradients  --(kernel0 bias0)-----(kernel1 bias1)--|
 *
 * Each is live: read it inside the push.
 */
export function gradients(options: GradientsOptions = {}): OperatorFunction<Step, Gradient> {
  const { layers = "all", when = every(1) } = checkOptions<GradientsOptions>("gradients", options, {
    layers: layersOption,
    when: schedule,
  });
  return concatMap((step) => {
    if (!isDue(when, step.step)) return [];
    checkLayers("gradients", layers, step);
    return Object.entries(step.grads)
      .map(([name, value]) => ({ step: step.step, layer: layerOf(name), name, value }))
      .filter(({ layer }) => layers === "all" || layers.includes(layer));
  });
}
