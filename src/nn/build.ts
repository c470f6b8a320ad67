import { anything, callable, type Known } from "../core/options.ts";
import { glorotUniform } from "./glorot.ts";
import type { Initializer } from "./initializer.ts";
import type { Layer, Norm, Normalization } from "./layer.ts";

/** Options that every layer of a network is built with. */
export interface BuildOptions {
  /** Makes the normalization after every linear map but the last. Default: no normalization. */
  readonly norm?: Norm | undefined;
  /** Makes the non-linearity after every normalization. Default `relu`. */
  readonly nonlinearity?: () => Layer;
  /**
   * Initializer of every kernel. Default `glorotUniform` with the non-linearity's gain: √2 for `relu` and `tlu`, else
   * 1.
   */
  readonly initial?: Initializer;
}

/** Checks of these options, for `checkOptions`. */
export const buildOptions: Known<BuildOptions> = { norm: callable, nonlinearity: callable, initial: anything };

/** Makes the default initializer of kernels before `nonlinearity`: `glorotUniform` with its gain. */
export function usualInitial({ name }: Layer): Initializer {
  return glorotUniform({ gain: name === "relu" || name === "tlu" ? Math.SQRT2 : 1 });
}

/**
 * Returns the part of a network's name that says how it is built: `batchNorm, glorotUniform(gain 1.414)`, with the
 * non-linearity unless it is ReLU.
 */
export function buildName(norm: Normalization | undefined, initial: Initializer, nonlinearity?: Layer): string {
  const named = norm ? (norm.title ?? norm.name) : "no norm";
  const other = nonlinearity && nonlinearity.name !== "relu" ? [nonlinearity.name] : [];
  return [named, ...other, initial.name].join(", ");
}
