import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { compareVectors, flatten, pairSums } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
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
export function ics({ layers = "all", parameters = "weights", when }: IcsOptions = {}): OperatorFunction<
  Step,
  Recorded
> {
  return probe({
    name: "ics",
    when,
    measure: (step) => {
      checkLayers("ics", layers, step);
      const chosen = layers === "all" ? step.layers.map(({ layer }) => layer) : [...new Set(layers)];
      const names = (layer: number) => {
        const found = parameterNames(step, layer, parameters);
        if (found.length === 0)
          throw new UserError(`ics: layer ${layer} has no ${parameters === "all" ? "parameters" : "kernel"}`);
        return found;
      };
      const after = gradientsAfterUpdate(step, chosen, names);
      return chosen.map((layer) => {
        const before = Object.fromEntries(names(layer).map((name) => [name, step.grads[name]!]));
        return {
          tensor: pairSums(flatten(before), flatten(after.get(layer)!)),
          records: (sums: Float32Array) => {
            const { l2, norm, cosine, cosineDistance } = compareVectors(sums);
            const stats = { l2, cosine, normalized_l2: l2 === 0 ? 0 : l2 / norm, cosine_distance: cosineDistance };
            return Object.entries(stats).map(([stat, value]) => ({
              kind: "reading" as const,
              step: step.step,
              probe: "ics",
              stat,
              layer,
              value,
            }));
          },
        };
      });
    },
  });
}
