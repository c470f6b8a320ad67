import type { Network } from "../core/network.ts";
import * as option from "../core/options.ts";
import { buildName } from "./build.ts";
import { dense } from "./dense.ts";
import { glorotUniform } from "./glorot.ts";
import { identity } from "./identity.ts";
import type { Initializer } from "./initializer.ts";
import { layered, type Block } from "./layered.ts";
import type { Norm } from "./layer.ts";
import { checkWhole } from "./whole.ts";

export interface DeepLinearOptions {
  /** Square weight matrices; 25 in the paper. */
  readonly depth?: number;
  /** Units of every layer, and of the examples; 10 in the paper. */
  readonly width?: number;
  /** Normalization after every layer; absent: none. */
  readonly norm?: Norm | undefined;
  /** Whether the last layer is normalized too. The paper does not say; default yes. */
  readonly normalizeLast?: boolean;
  /** Of every matrix. Default `glorotUniform()`, of gain 1: there is no non-linearity to make up for. */
  readonly initial?: Initializer;
}

/** Makes the deep linear network of Santurkar et al. 2018: f(x) = x W_1 ⋯ W_k, no bias, no non-linearity. */
export function deepLinear(options: DeepLinearOptions = {}): Network {
  option.checkOptions<DeepLinearOptions>("deepLinear", options, {
    ...{ depth: option.number, width: option.number, norm: option.callable, normalizeLast: option.flag },
    initial: option.anything,
  });
  const { depth = 25, width = 10, norm, normalizeLast = true, initial = glorotUniform() } = options;
  checkWhole("deepLinear", { depth, width });
  const blocks = Array.from({ length: depth }, (_, i): Block => {
    const own = i < depth - 1 || normalizeLast ? norm?.() : undefined;
    return { linear: dense({ units: width, bias: false, initial }), norm: own, nonlinearity: identity() };
  });
  const built = buildName(blocks[0]!.norm, initial);
  return layered(`deep linear ${depth} x ${width}, ${built}`, blocks);
}
