import type { TheoryStat } from "../core/theory-stats.ts";
import {
  backward,
  backwardAlong,
  backwardFormula,
  batchNormOf,
  curvatureFormula,
  dot,
  gradientFormula,
  hessianFormula,
  meanOf,
  minus,
  normalizeUnit,
  relativeDifference,
  relativeDistance,
  squaredLength,
  times,
  weightGradientFormula,
  type Vector,
} from "./theory-math.ts";

/** Measurements of one unit of a layer (see `lookAt`); second derivatives for some units only. */
export interface UnitMeasured {
  readonly y: Vector;
  readonly z: Vector;
  readonly g: Vector;
  readonly d: Vector;
  readonly gamma: number;
  readonly beta: number;
  readonly rescaled: Vector;
  readonly kernel: Vector;
  readonly kernelGradient: Vector;
  readonly kernelRandom: Vector;
  readonly xRandom: Vector;
  readonly lambda: number;
  readonly standardGradient: Vector;
  readonly identityGradient: Vector;
  readonly second?: { readonly hdd: Vector; readonly hd: Vector; readonly hg: Vector };
}

/** Rounding error of float64, relative to what is compared. */
const ROUNDING = 1e-9;

/** Returns whether the theorems apply to a unit: it varies, its γ is not 0, and the loss depends on it. */
export function theoremsApply({ y, g, gamma }: UnitMeasured): boolean {
  return normalizeUnit(y).sd > 0 && gamma !== 0 && squaredLength(backward(y, g, gamma)) > 0;
}

/** Stats of one unit, some of those that core/theory-stats.ts explains. */
type UnitStats = Partial<Record<TheoryStat, number>>;

/** Computes the stats of a unit to which they apply; those of second derivatives where they were measured. */
export function examine(unit: UnitMeasured): UnitStats {
  const { y, z, g, gamma, beta, lambda, kernel, kernelGradient, kernelRandom } = unit;
  const { mean, sd, hat } = normalizeUnit(y);
  const m = y.length;
  const d = backward(y, g, gamma);
  const formula = backwardFormula(y, g, gamma);
  const [gg, dd] = [squaredLength(g), squaredLength(d)];
  const factor = (gamma / sd) ** 2;

  const first = gradientFormula(y, g, gamma);
  const weights = weightGradientFormula(y, g, gamma, lambda);
  const outer = times(d, lambda / Math.sqrt(dd));
  const same = batchNormOf(y, sd, mean);
  const standard = squaredLength(unit.standardGradient);
  const reduced = backward(y, unit.standardGradient, sd);
  const [size, gradientSize] = [squaredLength(kernel), squaredLength(kernelGradient)];
  const slope = dot(kernelRandom, kernelGradient) - dot(unit.xRandom, formula);
  const centredZ = z.map((x) => x - beta);

  return {
    fact_c_1_error: relativeDistance(formula, d),
    fact_c_1_network_error: relativeDistance(unit.d, formula),
    theorem_4_1_error: relativeDifference(dd, first.corrected),
    theorem_4_1_network_error: relativeDifference(squaredLength(unit.d), first.corrected),
    observation_4_3_error: largest(minus(same, y)) / largest(y),
    // A standard gradient that float32 has vanish says nothing.
    ...(standard > 0 && {
      observation_4_3_network_error: relativeDistance(unit.identityGradient, reduced),
      observation_4_3_margin: 1 - squaredLength(reduced) / standard,
    }),
    theorem_4_4_error: relativeDifference(dot(outer, d) ** 2, weights.corrected),
    weight_gradient_error: Math.abs(slope) / Math.sqrt(squaredLength(kernelRandom) * gradientSize),
    scale_invariance_error: Math.sqrt(squaredLength(minus(unit.rescaled, z)) / squaredLength(centredZ)),
    radial_gradient: Math.abs(dot(kernel, kernelGradient)) / Math.sqrt(size * gradientSize),
    theorem_4_1_margin: 1 - dd / (factor * gg),
    theorem_4_4_margin: 1 - gradientSize / weights.corrected,
    positive_alignment: truth(dot(g, hat) > 0),
    theorem_4_1_printed_violated: truth(dd > first.printed + ROUNDING * factor * gg),
    theorem_4_4_printed_violated: truth(lambda ** 2 * dd > weights.printed + ROUNDING * factor * lambda ** 2 * gg),
    gradient_ratio: dd / gg,
    mean_share: (m * meanOf(g) ** 2) / gg,
    alignment_share: dot(g, hat) ** 2 / (m * gg),
    ...(unit.second && examineCurvature(unit, d, unit.second)),
  };
}

/** Computes the stats of Theorems 4.2 and C.1 and of the whole Hessian, given H along d and along g. */
function examineCurvature(
  { y, g, gamma }: UnitMeasured,
  d: Vector,
  second: NonNullable<UnitMeasured["second"]>,
): UnitStats {
  const [gg, dd] = [squaredLength(g), squaredLength(d)];
  const length = Math.sqrt(dd);
  // All directions that H is asked for are multiples of d: P d = d.
  const hessian = (v: Vector): Vector => times(second.hd, dot(v, d) / length);
  const dHd = dot(d, second.hd) * length;
  const gHg = dot(g, second.hg) * Math.sqrt(gg);
  const { kept, taken, second: bound } = curvatureFormula(y, g, gamma, { dHd, gHg });
  const size = Math.abs(kept) + Math.abs(taken);
  const exact = dot(d, backwardAlong({ y, g, gamma, hessian }, d));
  const network = dot(d, second.hdd) * length;
  return {
    theorem_4_2_error: Math.abs(exact - (kept - taken)) / size,
    theorem_4_2_network_error: Math.abs(network - (kept - taken)) / size,
    hessian_network_error: relativeDistance(times(second.hdd, length), hessianFormula({ y, g, gamma, hessian }, d)),
    ...(gamma * dot(g, normalizeUnit(y).hat) > 0 && { theorem_4_2_margin: (kept - exact) / size }),
    theorem_c_1_margin: (bound - taken - exact) / (Math.abs(bound) + size),
    positive_curvature: truth(dHd > 0),
    theorem_4_2_second_form_violated: truth(exact > bound - taken + ROUNDING * (Math.abs(bound) + size)),
  };
}

const truth = (holds: boolean): number => (holds ? 1 : 0);

const largest = (a: Vector): number => a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
