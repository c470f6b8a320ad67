import { UserError } from "../core/errors.ts";
import type { Network } from "../core/network.ts";
import * as option from "../core/options.ts";
import type { Block } from "./block.ts";
import { buildName, buildOptions, usualInitial, type BuildOptions } from "./build.ts";
import { conv } from "./conv.ts";
import { dense } from "./dense.ts";
import { flatten } from "./flatten.ts";
import type { Initializer } from "./initializer.ts";
import { layered } from "./layered.ts";
import type { Layer } from "./layer.ts";
import { maxPool } from "./max-pool.ts";
import { relu } from "./relu.ts";

/** Convolutions per stage; every stage ends in a max-pool (Simonyan and Zisserman 2015: A, B and D). */
const STAGES = { 11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3] } as const;
const GROWTH = [1, 2, 4, 8, 8];

/** Options of `vgg`. */
export interface VggOptions extends BuildOptions {
  /** Layers with weights of the original: 11, 13 or 16. Default 16, as in the paper. */
  readonly depth?: number;
  /** Filters of the first stage, which grow to 8 times as many. Default 64. */
  readonly width?: number;
  /** Units of the dense layers between convolutions and classes; `[]` for none. Default two of 8 · `width`. */
  readonly head?: readonly number[];
  /** Outputs. Default 10. */
  readonly classes?: number;
}

/**
 * Makes a VGG: images `[size, 32, 32, channels]` to logits `[size, classes]`, by 3 × 3 convolutions in five stages,
 * then dense layers. Numbered layers are the convolutions, then the dense layers; all but the last are normalized.
 *
 * With its defaults, without a norm or with `batchNorm`, it is the network of Santurkar et al. 2018 as far as their
 * curves tell: Σw² of its kernels, 9,821 on average at width 64, is that of their first loss.
 *
 * Source: Simonyan and Zisserman 2015.
 *
 * @throws {UserError} for an option that is not one, and a depth other than 11, 13 and 16.
 *
 * @example
 * ```ts
 * import { batchNorm, vgg } from "gradstream";
 *
 * const network = vgg({ depth: 11, width: 8, norm: batchNorm, head: [] });
 * console.log(network.layers.length, network.layers[0]!.name); // 9 conv3x3(8)
 * ```
 */
export function vgg(options: VggOptions = {}): Network {
  option.checkOptions<VggOptions>("vgg", options, {
    depth: option.number,
    width: option.number,
    head: option.numbers,
    classes: option.number,
    ...buildOptions,
  });
  const { depth = 16, width = 64, norm, nonlinearity = relu, classes = 10 } = options;
  const { head = [8 * width, 8 * width], initial = usualInitial(nonlinearity()) } = options;
  const stages = STAGES[depth as keyof typeof STAGES] as readonly number[] | undefined;
  if (!stages) throw new UserError(`vgg: no depth ${depth}; choose ${Object.keys(STAGES).join(", ")}`);
  option.checkWhole("vgg", { width, ...option.numbered("head", head), classes });
  const hidden = (linear: (options: { bias: boolean; initial: Initializer }) => Layer): Block => {
    const own = norm?.();
    return { linear: linear({ bias: !own?.absorbsBias, initial }), norm: own, nonlinearity: nonlinearity() };
  };
  const blocks: Block[] = stages.flatMap((count, stage) =>
    Array.from({ length: count }, (_, i) => ({
      ...hidden((options) => conv({ filters: width * GROWTH[stage]!, ...options })),
      then: i < count - 1 ? [] : stage < 4 ? [maxPool()] : [maxPool(), flatten()],
    })),
  );
  for (const units of head) blocks.push(hidden((options) => dense({ units, ...options })));
  blocks.push({ linear: dense({ units: classes, initial }) });
  const headName = head.length > 0 ? `head ${head.join("-")}` : "no head";
  const built = buildName(blocks[0]!.norm, initial, nonlinearity());
  return layered(`vgg${depth} width ${width}, ${headName}, ${built}`, blocks);
}
