import type { Initializer } from "./initializer.ts";
import { scaled } from "./scaled.ts";

/**
 * Makes the initializer that draws from U(-a, a) with a = sqrt(3 / fanIn), PyTorch's `kaiming_uniform_` for a linear
 * map.
 *
 * Source: LeCun, Bottou, Orr and Müller 1998, "Efficient BackProp".
 */
export function lecunUniform(): Initializer {
  return scaled({ name: "lecunUniform", law: "uniform", gain: 1, fan: ({ fanIn }) => fanIn });
}

/**
 * Makes the initializer that draws from N(0, sd) with sd = sqrt(1 / fanIn), PyTorch's `kaiming_normal_` for a linear
 * map.
 *
 * Source: LeCun, Bottou, Orr and Müller 1998, "Efficient BackProp".
 */
export function lecunNormal(): Initializer {
  return scaled({ name: "lecunNormal", law: "normal", gain: 1, fan: ({ fanIn }) => fanIn });
}
