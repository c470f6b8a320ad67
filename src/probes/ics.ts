import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Setting } from "../core/setting.ts";
import type { Recorded } from "../core/types.ts";
import { compareVectors, toVector, pairSums } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { stats } from "../operators/stats.ts";
import { checkLayers, type Layers } from "../operators/select-layers.ts";
import { gradientsAfterUpdate, parameterNames } from "./after-update.ts";

/** Options of `ics`. */
export interface IcsOptions {
  /** Layers to measure, numbered from 1. Default `all`. */
  readonly layers?: Layers;
  /**
   * Parameters whose gradients are compared: the `weights` (kernels) of a layer, or `all` its parameters. Default
   * `weights`.
   */
  readonly parameters?: "weights" | "all";
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures internal covariate shift: how much the gradient of a layer changes when the layers below it are updated.
 *
 *     G_i  = gradient of the objective with respect to layer i's weights
 *     G'_i = the same after the layers below i have made the optimizer's update, layer i and those above have not
 *
 * with the same batch, noise and batch statistics. Records per layer:
 * - `l2`: ‖G_i - G'_i‖;
 * - `cosine`: ⟨G_i, G'_i⟩ / (‖G_i‖ ‖G'_i‖);
 * - `normalized_l2`: ‖G_i - G'_i‖ / ‖G_i‖;
 * - `cosine_distance`: 1 - cosine, with the digits that the subtraction would lose.
 *
 * Layer 1 has no layer below: `l2` is 0 and `cosine` is 1.
 *
 * Costs at most one forward and one backward pass per layer, fewer where layers are evaluated together; give it a
 * schedule.
 *
 * Requires the chosen layers to have a kernel, or with `all` some parameter.
 *
 * Source: Santurkar et al. 2018, section 2.2, Definition 2.1.
 *
 * @throws {UserError} for an option that is not one.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { batches, every, ics, mlp, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(take(2), train(mlp(), sgd({ learningRate: 0.1 }), { seed: 0 }), ics({ layers: [2, 3], when: every(2) }))
 *   .forEach((record) => console.log(record)); // { …, probe: "ics", stat: "l2", layer: 2, value: … } …
 * ```
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
          tensor: pairSums(toVector(before), toVector(after.get(layer)!)),
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
