import { concatMap, from, type OperatorFunction } from "rxjs";
import type { Activation, Step } from "../core/live.ts";
import { checkOptions, layers as layersOption, schedule, site as siteOption } from "../core/options.ts";
import { isDue, every, type Schedule } from "../core/schedule.ts";
import type { Site } from "../core/types.ts";
import { selectActivations, type Layers } from "./select-layers.ts";

export interface ActivationsOptions {
  /** Layers to emit. Default `all`. */
  readonly layers?: Layers;
  /** Site to emit. Default `norm`, the pre-activation, as in the paper's figures. */
  readonly site?: Site;
  /** Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Emits the activations of the training pass, at one site of the chosen layers; nothing is computed again.
 *
 *     steps        --s0--------------s1----------|
 *                  activations({ layers: [2, 5] })
 *     activations  --(a2,0 a5,0)-----(a2,1 a5,1)-|
 *
 * Each is live: read it inside the push.
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
