import type { Network } from "../core/network.ts";
import * as option from "../core/options.ts";
import { attention } from "./attention.ts";
import type { Block } from "./block.ts";
import { dense } from "./dense.ts";
import { embedding } from "./embedding.ts";
import { gelu } from "./gelu.ts";
import { glorotUniform } from "./glorot.ts";
import type { Initializer } from "./initializer.ts";
import { layerNorm } from "./layer-norm.ts";
import type { Layer } from "./layer.ts";
import { layered } from "./layered.ts";
import { positions } from "./positions.ts";
import { positionwise } from "./positionwise.ts";
import { residual, type Residual } from "./residual.ts";
import { tokenMean } from "./token-mean.ts";

/** Options of `transformer`. */
export interface TransformerOptions {
  /** Tokens that examples are made of, whole numbers below it. Default: examples are `[tokens, features]`. */
  readonly vocabulary?: number | undefined;
  /** Blocks of an attention and two linear maps. Default 2. */
  readonly depth?: number;
  /** Units of a token. Default 32. */
  readonly width?: number;
  /** Heads of each attention. Default 4. */
  readonly heads?: number;
  /** Outputs. Default 10. */
  readonly classes?: number;
  /** Makes the normalization of a token's units. Default `layerNorm`. */
  readonly norm?: () => Layer;
  /** Whether it stands before each branch, inside of the residual, or after each sum. Default `before`. */
  readonly place?: "before" | "after";
  /** Whether a token sees only those up to itself. Default false. */
  readonly causal?: boolean;
  /** Initializer of every kernel but the embedding's, which draws from `lecunNormal()`. Default `glorotUniform()`. */
  readonly initial?: Initializer;
}

/**
 * Makes a small transformer: tokens `[size, tokens]`, or vectors `[size, tokens, features]`, to logits `[size, classes]`.
 * Each block is a residual of an attention and one of two linear maps with GELU between them, the inner one four times
 * as wide; at the end a mean over the tokens and a linear map. Numbered layers are the embedding, of each block the
 * attention and the two linear maps, and the last linear map.
 *
 * Source: Vaswani et al. 2017; with the normalization before, Xiong et al. 2020.
 *
 * @throws {UserError} for an option that is not one. `init` throws it for a width that the heads do not divide.
 *
 * @example
 * ```ts
 * import { rmsNorm, transformer } from "gradstream";
 *
 * const network = transformer({ vocabulary: 64, depth: 1, width: 16, norm: rmsNorm });
 * console.log(network.layers.length, network.layers[1]!.name); // 5 attention(4)
 * ```
 */
export function transformer(options: TransformerOptions = {}): Network {
  const given = option.checkOptions<TransformerOptions>("transformer", options, {
    vocabulary: option.number,
    depth: option.number,
    width: option.number,
    heads: option.number,
    classes: option.number,
    norm: option.callable,
    place: option.oneOf("before", "after"),
    causal: option.flag,
    initial: option.anything,
  });
  const { vocabulary, depth = 2, width = 32, heads = 4, classes = 10, norm = layerNorm, place = "before" } = given;
  const { causal = false, initial = glorotUniform() } = given;
  option.checkWhole("transformer", { depth, width, heads, classes });
  const own = (): readonly Layer[] => [positionwise(norm())];
  const around = (first: Block, ...rest: readonly Block[]): Residual =>
    place === "before" ? residual([{ before: own(), ...first }, ...rest]) : residual([first, ...rest], { then: own() });
  const block = (): readonly Residual[] => [
    around({ linear: attention({ heads, causal, initial }) }),
    around(
      { linear: dense({ units: 4 * width, initial }), nonlinearity: gelu() },
      { linear: dense({ units: width, initial }) },
    ),
  ];
  const first = vocabulary === undefined ? dense({ units: width, initial }) : embedding({ vocabulary, units: width });
  const blocks = Array.from({ length: depth }, block).flat();
  const last: Block = {
    before: [...(place === "before" ? own() : []), tokenMean()],
    linear: dense({ units: classes, initial }),
  };
  const name = `transformer ${depth} x ${width}, ${heads} heads, ${norm().name} ${place}, ${initial.name}`;
  return layered(name, [{ linear: first, then: [positions()] }, ...blocks, last]);
}
