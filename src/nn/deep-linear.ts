import type { Network } from "../core/network.ts";
import * as option from "../core/options.ts";
import type { Block } from "./block.ts";
import { buildName } from "./build.ts";
import { dense } from "./dense.ts";
import { glorotUniform } from "./glorot.ts";
import { identity } from "./identity.ts";
import type { Initializer } from "./initializer.ts";
import { layered } from "./layered.ts";
import type { Norm } from "./layer.ts";

/** Options of `deepLinear`. */
export interface DeepLinearOptions {
  /** Number of square weight matrices. Default 25, as in the paper. */
  readonly depth?: number;
  /** Units of every layer, and of the examples. Default 10, as in the paper. */
  readonly width?: number;
  /** Makes the normalization after every layer. Default: no normalization. */
  readonly norm?: Norm | undefined;
  /** Whether to normalize the last layer too, which the paper leaves open. Default true. */
  readonly normalizeLast?: boolean;
  /** Initializer of every matrix. Default `glorotUniform()`. */
  readonly initial?: Initializer;
}

/**
 * Makes the deep linear network f(x) = x W₁ ⋯ W_k: `[size, width]` to `[size, width]`, without biases and
 * non-linearities.
 *
 * Source: Santurkar et al. 2018, appendix A.1.
 *
 * @throws {UserError} for an option that is not one.
 *
 * @example
 * ```ts
 * import { batchNorm, deepLinear } from "gradstream";
 *
 * const network = deepLinear({ depth: 3, norm: batchNorm });
 * console.log(network.name); // deep linear 3 x 10, batchNorm, glorotUniform(gain 1)
 * ```
 */
export function deepLinear(options: DeepLinearOptions = {}): Network {
  option.checkOptions<DeepLinearOptions>("deepLinear", options, {
    depth: option.number,
    width: option.number,
    norm: option.callable,
    normalizeLast: option.flag,
    initial: option.anything,
  });
  const { depth = 25, width = 10, norm, normalizeLast = true, initial = glorotUniform() } = options;
  option.checkWhole("deepLinear", { depth, width });
  const blocks = Array.from({ length: depth }, (_, i): Block => {
    const own = i < depth - 1 || normalizeLast ? norm?.() : undefined;
    return { linear: dense({ units: width, bias: false, initial }), norm: own, nonlinearity: identity() };
  });
  const built = buildName(blocks[0]!.norm, initial);
  return layered(`deep linear ${depth} x ${width}, ${built}`, blocks);
}
