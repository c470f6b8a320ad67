import { UserError } from "../core/errors.ts";
import { checkOptions, from, whole } from "../core/options.ts";
import type { Normalization } from "./layer.ts";
import { sampleNorm } from "./sample-norm.ts";

/** Options of `groupNorm`. */
export interface GroupNormOptions {
  /** Number of groups of units. Default: groups of 16 units, or one group where 16 does not divide the units. */
  readonly groups?: number;
  /** ε, added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Makes a group normalization: `[size, …, units]` to the same shape.
 *
 *     y = scale (x - μ) / sqrt(σ² + ε) + shift
 *
 * where μ and σ² are those of a group of neighbouring units over all positions of one example. Parameters `scale` (1)
 * and `shift` (0), `[units]` each; no state.
 *
 * Source: Wu and He 2018, "Group Normalization".
 *
 * @throws {UserError} for an option that is not one. `init` throws it when the groups do not divide the units.
 */
export function groupNorm(options: GroupNormOptions = {}): Normalization {
  const { groups, epsilon = 1e-5 } = checkOptions<GroupNormOptions>("groupNorm", options, {
    groups: whole(1),
    epsilon: from(0),
  });
  const among = (units: number): number => {
    if (groups === undefined) return units % 16 === 0 ? units / 16 : 1;
    if (units % groups !== 0) throw new UserError(`groupNorm: ${groups} groups do not divide ${units} units`);
    return groups;
  };
  const norm = sampleNorm("groupNorm", { mean: true, epsilon, groups: among });
  return { ...norm, options: { epsilon, groups: groups ?? "of 16 units where 16 divides them, else one" } };
}
