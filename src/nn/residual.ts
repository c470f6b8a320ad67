import { UserError } from "../core/errors.ts";
import { checkOptions, isRecord, shown, type Wanted } from "../core/options.ts";
import { checkBlock, layerOption, layersOption, type Block } from "./block.ts";
import type { Layer } from "./layer.ts";

/** Numbered layers whose output is added to their input: y = then(shortcut(x) + branch(x)). */
export interface Residual {
  /** Blocks, one after another, and further residuals. */
  readonly branch: readonly (Block | Residual)[];
  /** Block or layer that the input passes around the branch; undefined for the input itself. */
  readonly shortcut: Block | Layer | undefined;
  /** Layers without a number after the sum. */
  readonly then: readonly Layer[];
}

/** Options of `residual`. */
export interface ResidualOptions {
  /**
   * Block or layer that the input passes on its way around the branch, where the shapes differ. A block is a numbered
   * layer of its own, a layer has no number. Default: none.
   */
  readonly shortcut?: Block | Layer;
  /** Layers without a number after the sum, such as `[relu()]`. Default: none. */
  readonly then?: readonly Layer[];
}

const made = new WeakSet<object>();

/** Tells whether a value is what `residual` makes. */
export const isResidual = (value: unknown): value is Residual => isRecord(value) && made.has(value);

/**
 * Makes a residual connection, to stand among the blocks of `layered`: the numbered layers of `branch`, one after another,
 * then the sum with their input. Every layer in it has its sites, and may itself be a residual.
 *
 * Source: He, Zhang, Ren and Sun 2016, "Deep Residual Learning for Image Recognition".
 *
 * @throws {UserError} when the branch or an option is not one. The network's `init` throws it where the shapes of branch
 * and shortcut differ.
 *
 * @example
 * ```ts
 * import { batchNorm, dense, identity, layered, relu, residual } from "gradstream";
 *
 * const units = 16;
 * const network = layered("residual", [
 *   { linear: dense({ units }), norm: batchNorm(), nonlinearity: relu() },
 *   residual(
 *     [
 *       { linear: dense({ units }), norm: batchNorm(), nonlinearity: relu() },
 *       { linear: dense({ units }), norm: batchNorm(), nonlinearity: identity() },
 *     ],
 *     { then: [relu()] },
 *   ),
 *   { linear: dense({ units: 10 }) },
 * ]);
 * console.log(network.layers[2]!.parts); // [ "dense(16)", "batchNorm", "identity", "sum", "relu" ]
 * ```
 */
export function residual(branch: readonly (Block | Residual)[], options: ResidualOptions = {}): Residual {
  if (!Array.isArray(branch) || branch.length === 0) {
    throw new UserError(
      `residual: needs a list of blocks such as [{ linear: dense({ units: 10 }) }], not ${shown(branch)}`,
    );
  }
  branch.forEach((one: Block | Residual, i) => isResidual(one) || checkBlock(`residual: block ${i + 1}`, one));
  const { shortcut, then = [] } = checkOptions<ResidualOptions>("residual", options, {
    shortcut: shortcutOption,
    then: layersOption,
  });
  if (shortcut && "linear" in shortcut) checkBlock("residual: the shortcut", shortcut);
  const residual: Residual = { branch, shortcut, then };
  made.add(residual);
  return residual;
}

const shortcutOption: Wanted = {
  what: "a block or a layer, such as { linear: conv({ filters: 16, size: 1 }) }",
  accepts: (value) => layerOption.accepts(value) || (isRecord(value) && "linear" in value),
};
