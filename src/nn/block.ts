import { checkOptions, isRecord, required, type Wanted } from "../core/options.ts";
import type { Layer, Normalization } from "./layer.ts";

/**
 * One numbered layer: a linear map, then (unless it is the last) an optional normalization and a non-linearity, then
 * layers without a number.
 */
export interface Block {
  /** Layers without a number before the linear map, such as a normalization of its input. Default: none. */
  readonly before?: readonly Layer[];
  /** Linear map, such as `dense({ units: 10 })`. */
  readonly linear: Layer;
  /** Normalization. Without one the site `norm` shows the output of the linear map. */
  readonly norm?: Normalization | undefined;
  /** Non-linearity. Without one the layer has no site `norm`. */
  readonly nonlinearity?: Layer | undefined;
  /** Layers without a number after it, such as pooling and flattening. Default: none. */
  readonly then?: readonly Layer[];
}

/** Condition on what must be a layer. */
export const layerOption: Wanted = {
  what: "a layer, such as dense({ units: 10 }) or relu()",
  accepts: (value) => isRecord(value) && typeof value["init"] === "function" && typeof value["apply"] === "function",
};

/** Condition on what must be a list of layers. */
export const layersOption: Wanted = {
  what: "a list of layers",
  accepts: (value) => Array.isArray(value) && value.every(layerOption.accepts),
};

/**
 * Checks a block.
 *
 * @throws {UserError} naming `who` when it is none.
 */
export function checkBlock(who: string, block: Block): void {
  checkOptions<Block>(who, block, {
    before: layersOption,
    linear: required(layerOption),
    norm: layerOption,
    nonlinearity: layerOption,
    then: layersOption,
  });
}
