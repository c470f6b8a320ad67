import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Setting } from "../core/setting.ts";
import type { Recorded } from "../core/types.ts";
import { compareVectors, flatten, pairSums } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { stats } from "../operators/stats.ts";
import { checkLayers, type Layers } from "../operators/select-layers.ts";
import { gradientsAfterUpdate, parameterNames } from "./after-update.ts";

export interface IcsOptions {
  readonly layers?: Layers;
  /** Whose gradients are compared: a layer's `weights` (its kernels; default) or `all` its parameters. */
  readonly parameters?: "weights" | "all";
  readonly when?: Schedule | undefined;
}

/**
 * Internal covariate shift, Definition 2.1 of Santurkar et al. 2018. With G_i the gradient of the objective with respect
 * to layer i's weights and G'_i the same after all layers below have made the optimizer's update (all their parameters;
 * layer i and those above keep theirs; same batch, noise and batch statistics):
 *
 *     l2 = ‖G_i - G'_i‖    cosine = ⟨G_i, G'_i⟩ / (‖G_i‖ ‖G'_i‖)    normalized_l2 = l2 / ‖G_i‖
 *
 * and `cosine_distance` = 1 - cosine with all its digits. Layer 1 has nothing below: l2 0, cosine 1. Costs at most one
 * forward and backward pass per layer, fewer where layers are evaluated together, so give it a schedule.
 */
export function ics(options: IcsOptions = {}): OperatorFunction<Step, Recorded> {
  const {
    layers = "all",
    parameters = "weights",
    when,
  } = option.checkOptions<IcsOptions>("ics", options, {
    layers: option.layers,
    parameters: option.oneOf("weights", "all"),
    when: option.schedule,
  });
  const chosenOf = ({ layers: there }: Pick<Setting, "layers">): readonly number[] =>
    layers === "all" ? there.map(({ layer }) => layer) : [...new Set(layers)];
  return probe({
    name: "ics",
    when,
    options: { layers, parameters },
    fits: (setting) =>
      refusalOf(() => {
        checkLayers("ics", layers, setting);
        const without = chosenOf(setting).find(
          (layer) => parameterNames(setting.shapes, layer, parameters).length === 0,
        );
        if (without === undefined) return;
        throw new UserError(`ics: layer ${without} has no ${parameters === "all" ? "parameters" : "kernel"}`);
      }),
    measure: (step) => {
      const chosen = chosenOf(step);
      const names = (layer: number) => parameterNames(step.params, layer, parameters);
      const after = gradientsAfterUpdate(step, chosen, names);
      return chosen.map((layer) => {
        const before = Object.fromEntries(names(layer).map((name) => [name, step.grads[name]!]));
        return {
          tensor: pairSums(flatten(before), flatten(after.get(layer)!)),
          records: (sums: Float32Array) => {
            const { l2, norm, cosine, cosineDistance } = compareVectors(sums);
            return stats(
              { l2, cosine, normalized_l2: l2 === 0 ? 0 : l2 / norm, cosine_distance: cosineDistance },
              { layer },
            );
          },
        };
      });
    },
  });
}
