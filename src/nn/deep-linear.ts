import { UserError } from "../core/errors.ts";
import type { Network } from "../core/network.ts";
import { dense } from "./dense.ts";
import { identity } from "./identity.ts";
import { layered, type Block } from "./layered.ts";
import type { Norm } from "./layer.ts";

export interface DeepLinearOptions {
  /** Square weight matrices; 25 in the paper. */
  readonly depth?: number;
  /** Units of every layer, and of the examples; 10 in the paper. */
  readonly width?: number;
  /** Normalization after every layer; absent: none. */
  readonly norm?: Norm | undefined;
  /** Whether the last layer is normalized too. The paper does not say; default yes. */
  readonly normalizeLast?: boolean;
}

/** The deep linear network of Santurkar et al. 2018: f(x) = x W_1 ⋯ W_k, no bias, no non-linearity. */
export function deepLinear({ depth = 25, width = 10, norm, normalizeLast = true }: DeepLinearOptions = {}): Network {
  for (const [name, value] of Object.entries({ depth, width })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new UserError(`deepLinear: ${name} must be a positive integer, not ${value}`);
    }
  }
  const blocks = Array.from({ length: depth }, (_, i): Block => {
    const own = i < depth - 1 || normalizeLast ? norm?.() : undefined;
    return { linear: dense({ units: width, bias: false }), norm: own, nonlinearity: identity() };
  });
  return layered(`deep linear ${depth} x ${width}, ${blocks[0]!.norm?.name ?? "no norm"}`, blocks);
}
