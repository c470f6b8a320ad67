import { concatMap, type OperatorFunction } from "rxjs";
import type { Gradient, Step } from "../core/live.ts";
import { layerOf } from "../core/params.ts";
import { every, isDue, type Schedule } from "../core/schedule.ts";
import { checkLayers, type Layers } from "./select-layers.ts";

export interface GradientsOptions {
  readonly layers?: Layers;
  readonly when?: Schedule | undefined;
}

/**
 * The gradients of the step's own objective, one per parameter tensor of the chosen layers, in the network's order.
 *
 *     steps      --s0------------------s1--|
 *                gradients({ layers: [1] })
 *     gradients  --(kernel0 bias0)-----(kernel1 bias1)--|
 *
 * Each is live: read it inside the push.
 */
export function gradients({ layers = "all", when = every(1) }: GradientsOptions = {}): OperatorFunction<
  Step,
  Gradient
> {
  return concatMap((step) => {
    if (!isDue(when, step.step)) return [];
    checkLayers("gradients", layers, step);
    return Object.entries(step.grads)
      .map(([name, value]) => ({ step: step.step, layer: layerOf(name), name, value }))
      .filter(({ layer }) => layers === "all" || layers.includes(layer));
  });
}
