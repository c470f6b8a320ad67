import { UserError } from "../core/errors.ts";
import type { Initializer } from "./initializer.ts";
import { scaled, type Scaling } from "./scaled.ts";

export interface HeOptions {
  /** Whether inputs (`in`, default) or outputs set the variance: keeps the size of signals forward, or backward. */
  readonly fan?: "in" | "out";
}

function he(name: string, law: Scaling["law"], { fan = "in" }: HeOptions): Initializer {
  if (!["in", "out"].includes(fan)) throw new UserError(`${name}: fan must be "in" or "out", not ${fan}`);
  const of: Scaling["fan"] = ({ fanIn, fanOut }) => (fan === "in" ? fanIn : fanOut);
  return scaled({ name, law, gain: Math.SQRT2, detail: `fan ${fan}`, fan: of });
}

/**
 * Makes the initializer that draws U(-a, a), a = sqrt(6 / fan): He et al. (2015), PyTorch's `kaiming_uniform_` for
 * ReLU.
 */
export function heUniform(options: HeOptions = {}): Initializer {
  return he("heUniform", "uniform", options);
}

/**
 * Makes the initializer that draws N(0, sd), sd = sqrt(2 / fan): He et al. (2015), PyTorch's `kaiming_normal_` for
 * ReLU.
 */
export function heNormal(options: HeOptions = {}): Initializer {
  return he("heNormal", "normal", options);
}
