import { UserError } from "../core/errors.ts";
import { checkOptions, from, number } from "../core/options.ts";
import type { Normalization } from "./layer.ts";
import { sampleNorm } from "./sample-norm.ts";

export interface GroupNormOptions {
  /** Number of groups of units. Default: groups of 16 units, or one group where 16 does not divide the units. */
  readonly groups?: number;
  /** ε, added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Makes a group normalization (Wu and He 2018): y = scale (x - μ) / sqrt(σ² + ε) + shift, where μ and σ² are those of a
 * group of neighbouring units, over all positions of the example. Examples of any shape; scale (1) and shift (0) of
 * each unit.
 */
export function groupNorm(options: GroupNormOptions = {}): Normalization {
  const { groups, epsilon = 1e-5 } = checkOptions<GroupNormOptions>("groupNorm", options, {
    groups: number,
    epsilon: from(0),
  });
  if (groups !== undefined && !(Number.isInteger(groups) && groups > 0)) {
    throw new UserError(`groupNorm: groups must be a positive integer, not ${groups}`);
  }
  const among = (units: number): number => {
    if (groups === undefined) return units % 16 === 0 ? units / 16 : 1;
    if (units % groups !== 0) throw new UserError(`groupNorm: ${groups} groups do not divide ${units} units`);
    return groups;
  };
  const norm = sampleNorm("groupNorm", { mean: true, epsilon, groups: among });
  return { ...norm, options: { epsilon, groups: groups ?? "of 16 units where 16 divides them, else one" } };
}
