import type { Network } from "../core/network.ts";
import * as option from "../core/options.ts";
import type { Block } from "./block.ts";
import { buildName, buildOptions, usualInitial, type BuildOptions } from "./build.ts";
import { dense } from "./dense.ts";
import { flatten } from "./flatten.ts";
import { layered } from "./layered.ts";
import type { Layer } from "./layer.ts";
import { relu } from "./relu.ts";

/** Options of `mlp`. */
export interface MlpOptions extends BuildOptions {
  /** Units of each hidden layer. Default `[64, 64]`. */
  readonly hidden?: readonly number[];
  /** Outputs. Default 10. */
  readonly classes?: number;
}

/**
 * Makes a perceptron over flattened examples: `[size, ...shape]` to logits `[size, classes]`. Each hidden layer is a
 * linear map, a normalization and a non-linearity; the last layer is a linear map.
 *
 * @throws {UserError} for an option that is not one.
 *
 * @example
 * ```ts
 * import { batchNorm, heNormal, mlp } from "gradstream";
 *
 * const network = mlp({ hidden: [32], classes: 3, norm: batchNorm, initial: heNormal() });
 * console.log(network.name); // mlp 32, batchNorm, heNormal(fan in)
 * ```
 */
export function mlp(options: MlpOptions = {}): Network {
  option.checkOptions<MlpOptions>("mlp", options, {
    hidden: option.numbers,
    classes: option.number,
    ...buildOptions,
  });
  const { hidden = [64, 64], classes = 10, norm, nonlinearity = relu } = options;
  const { initial = usualInitial(nonlinearity()) } = options;
  option.checkWhole("mlp", { ...option.numbered("hidden", hidden), classes });
  const blocks = [...hidden, classes].map((units, i): Block => {
    if (i === hidden.length) return { linear: flat(i, dense({ units, initial })) };
    const own = norm?.();
    const linear = dense({ units, bias: !own?.absorbsBias, initial });
    return { linear: flat(i, linear), norm: own, nonlinearity: nonlinearity() };
  });
  return layered(`mlp ${hidden.join("-")}, ${buildName(blocks[0]!.norm, initial, nonlinearity())}`, blocks);
}

/** Wraps the first dense layer so that it takes examples of any shape. */
function flat(index: number, layer: Layer): Layer {
  if (index > 0) return layer;
  const first = flatten();
  return {
    name: layer.name,
    made: [first, layer],
    init: (key, shape) => layer.init(key, first.init(key, shape).shape),
    apply: (params, state, x, mode, ...rest) =>
      layer.apply(params, state, first.apply({}, {}, x, mode)[0], mode, ...rest),
  };
}
