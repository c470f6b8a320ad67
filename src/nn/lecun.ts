import type { Initializer } from "./initializer.ts";
import { scaled } from "./scaled.ts";

/**
 * Makes the initializer that draws U(-a, a), a = sqrt(3 / fanIn): LeCun et al. (1998), PyTorch's `kaiming_uniform_` for
 * a linear map.
 */
export function lecunUniform(): Initializer {
  return scaled({ name: "lecunUniform", law: "uniform", gain: 1, fan: ({ fanIn }) => fanIn });
}

/**
 * Makes the initializer that draws N(0, sd), sd = sqrt(1 / fanIn): LeCun et al. (1998), PyTorch's `kaiming_normal_` for
 * a linear map.
 */
export function lecunNormal(): Initializer {
  return scaled({ name: "lecunNormal", law: "normal", gain: 1, fan: ({ fanIn }) => fanIn });
}
