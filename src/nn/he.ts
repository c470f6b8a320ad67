import { UserError } from "../core/errors.ts";
import type { Initializer } from "./initializer.ts";
import { scaled, type Scaling } from "./scaled.ts";

/** Options of `heUniform` and `heNormal`. */
export interface HeOptions {
  /**
   * Whether the inputs or the outputs of a unit set the variance: `in` keeps the size of signals forward, `out`
   * backward. Default `in`.
   */
  readonly fan?: "in" | "out";
}

function he(name: string, law: Scaling["law"], { fan = "in" }: HeOptions): Initializer {
  if (!["in", "out"].includes(fan)) throw new UserError(`${name}: fan must be "in" or "out", not ${fan}`);
  const of: Scaling["fan"] = ({ fanIn, fanOut }) => (fan === "in" ? fanIn : fanOut);
  return scaled({ name, law, gain: Math.SQRT2, detail: `fan ${fan}`, fan: of });
}

/**
 * Makes the initializer that draws from U(-a, a) with a = sqrt(6 / fan), PyTorch's `kaiming_uniform_` for ReLU.
 *
 * Source: He, Zhang, Ren and Sun 2015.
 *
 * @throws {UserError} when `fan` is neither `in` nor `out`.
 */
export function heUniform(options: HeOptions = {}): Initializer {
  return he("heUniform", "uniform", options);
}

/**
 * Makes the initializer that draws from N(0, sd) with sd = sqrt(2 / fan), PyTorch's `kaiming_normal_` for ReLU.
 *
 * Source: He, Zhang, Ren and Sun 2015.
 *
 * @throws {UserError} when `fan` is neither `in` nor `out`.
 */
export function heNormal(options: HeOptions = {}): Initializer {
  return he("heNormal", "normal", options);
}
