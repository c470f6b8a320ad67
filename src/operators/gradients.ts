import { concatMap, type OperatorFunction } from "rxjs";
import type { Gradient, Step } from "../core/live.ts";
import { checkOptions, layers as layersOption, schedule } from "../core/options.ts";
import { layerOf } from "../core/params.ts";
import { every, isDue, type Schedule } from "../core/schedule.ts";
import { checkLayers, type Layers } from "./select-layers.ts";

/** Options of `gradients`. */
export interface GradientsOptions {
  /** Layers to emit, numbered from 1. Default `all`. */
  readonly layers?: Layers;
  /** Steps at which to emit. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Emits the gradients of the objective, one per parameter of the chosen layers, in the network's order.
 *
 *     steps      --s0------------------s1--|
 *                gradients({ layers: [1] })
 *     gradients  --(kernel0 bias0)-----(kernel1 bias1)--|
 *
 * Read each inside the push. Costs no pass: nothing is computed again.
 *
 * @throws {UserError} for an option that is not one. The stream errors with it when the network does not have the layers.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { batches, gradients, mlp, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(take(1), train(mlp(), sgd({ learningRate: 0.1 }), { seed: 0 }), gradients({ layers: [3] }))
 *   .forEach(({ name, value }) => console.log(name, value.shape)); // layer3/kernel [ 64, 10 ], …
 * ```
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
