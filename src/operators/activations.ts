import { concatMap, from, type OperatorFunction } from "rxjs";
import type { Activation, Step } from "../core/live.ts";
import { checkOptions, layers as layersOption, schedule, site as siteOption } from "../core/options.ts";
import { isDue, every, type Schedule } from "../core/schedule.ts";
import type { Site } from "../core/types.ts";
import { selectActivations, type Layers } from "./select-layers.ts";

/** Options of `activations`. */
export interface ActivationsOptions {
  /** Layers to emit, numbered from 1. Default `all`. */
  readonly layers?: Layers;
  /** Site to emit. Default `norm`, the pre-activation. */
  readonly site?: Site;
  /** Steps at which to emit. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Emits the activations of the training pass at one site of the chosen layers, in order of computation.
 *
 *     steps        --s0--------------s1----------|
 *                  activations({ layers: [2, 5] })
 *     activations  --(a2,0 a5,0)-----(a2,1 a5,1)-|
 *
 * Read each inside the push. Costs no pass: nothing is computed again.
 *
 * @throws {UserError} for an option that is not one. The stream errors with it when the network does not have the layers
 * or the site.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { activations, batches, mlp, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(take(1), train(mlp(), sgd({ learningRate: 0.1 }), { seed: 0 }), activations({ site: "output" }))
 *   .forEach(({ layer, value }) => console.log(layer, value.shape)); // 1 [ 32, 64 ], 2 …
 * ```
 */
export function activations(options: ActivationsOptions = {}): OperatorFunction<Step, Activation> {
  const {
    layers = "all",
    site = "norm",
    when = every(1),
  } = checkOptions<ActivationsOptions>("activations", options, {
    layers: layersOption,
    site: siteOption,
    when: schedule,
  });
  return concatMap((step) =>
    isDue(when, step.step) ? from(selectActivations("activations", step, layers, site)) : [],
  );
}
