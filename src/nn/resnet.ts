import { UserError } from "../core/errors.ts";
import type { Network } from "../core/network.ts";
import * as option from "../core/options.ts";
import type { Block } from "./block.ts";
import { buildName, buildOptions, type BuildOptions } from "./build.ts";
import { conv } from "./conv.ts";
import { dense } from "./dense.ts";
import { globalAvgPool } from "./global-avg-pool.ts";
import { heNormal } from "./he.ts";
import { identity } from "./identity.ts";
import { layered } from "./layered.ts";
import type { Layer } from "./layer.ts";
import { relu } from "./relu.ts";
import { residual, type Residual } from "./residual.ts";
import { subsampled } from "./subsampled.ts";

/** Options of `resnet`. */
export interface ResnetOptions extends Omit<BuildOptions, "initial"> {
  /** Layers with weights, 6 n + 2: 8, 14, 20, 32, 44, 56, 110. Default 20. */
  readonly depth?: number;
  /** Filters of the first stage; the second has twice as many, the third four times. Default 16, as in the paper. */
  readonly width?: number;
  /** Outputs. Default 10. */
  readonly classes?: number;
  /** Initializer of every kernel. Default `heNormal()`, as in the paper. */
  readonly initial?: BuildOptions["initial"];
}

/**
 * Makes a residual network for images of 32 × 32: `[size, 32, 32, channels]` to logits `[size, classes]`. A 3 × 3
 * convolution, three stages of n residuals of two, of which the second and the third stage halve the image, a mean over
 * positions and a linear map. Shortcuts have no parameters. Numbered layers are the convolutions, then the linear map; all
 * but the last are normalized.
 *
 * Source: He, Zhang, Ren and Sun 2016, section 4.2.
 *
 * @throws {UserError} for an option that is not one, and a depth that is not 6 n + 2.
 *
 * @example
 * ```ts
 * import { batchNorm, resnet } from "gradstream";
 *
 * const network = resnet({ depth: 20, width: 8, norm: batchNorm });
 * console.log(network.layers.length, network.layers[2]!.parts.join(" ")); // 20 conv3x3(8) batchNorm identity sum relu
 * ```
 */
export function resnet(options: ResnetOptions = {}): Network {
  option.checkOptions<ResnetOptions>("resnet", options, {
    depth: option.number,
    width: option.number,
    classes: option.number,
    ...buildOptions,
  });
  const { depth = 20, width = 16, norm, nonlinearity = relu, classes = 10, initial = heNormal() } = options;
  const count = (depth - 2) / 6;
  if (!Number.isInteger(count) || count < 1)
    throw new UserError(`resnet: depth must be 6 n + 2, such as 8, 14, 20 or 56, not ${depth}`);
  option.checkWhole("resnet", { width, classes });
  const block = (filters: number, stride: number, after: Layer): Block => {
    const own = norm?.();
    const linear = conv({ filters, stride, bias: !own?.absorbsBias, initial });
    return { linear, norm: own, nonlinearity: after };
  };
  const pair = (filters: number, stride: number): Residual => {
    const branch = [block(filters, stride, nonlinearity()), block(filters, 1, identity())];
    const shortcut = stride > 1 ? { shortcut: subsampled(filters) } : {};
    return residual(branch, { ...shortcut, then: [nonlinearity()] });
  };
  const stages = [1, 2, 4].flatMap((growth) =>
    Array.from({ length: count }, (_, i) => pair(width * growth, growth > 1 && i === 0 ? 2 : 1)),
  );
  const first = block(width, 1, nonlinearity());
  const last: Block = { before: [globalAvgPool()], linear: dense({ units: classes, initial }) };
  const built = buildName(first.norm, initial, nonlinearity());
  return layered(`resnet${depth} width ${width}, ${built}`, [first, ...stages, last]);
}
