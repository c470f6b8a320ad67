import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import type { Key } from "../core/random.ts";

/** Draws initial values: a pure function of a key and a shape. */
export interface Initializer {
  /** Name, as it appears in a network's name: `glorotUniform(gain 1.414)`. */
  readonly name: string;
  /**
   * Draws a tensor of `shape`; a kernel's shape is `[…field, in, out]`. The caller owns the tensor.
   *
   * @throws {UserError} when there is no such draw of `shape`.
   */
  draw(key: Key, shape: readonly number[]): Tensor;
}

/**
 * Draws a parameter of the layer `who`.
 *
 * @throws {UserError} when `initial` is not an initializer, or gives another shape.
 */
export function drawn(who: string, initial: Initializer, key: Key, shape: readonly number[]): Tensor {
  if (typeof (initial as Partial<Initializer>).draw !== "function") {
    const hint = typeof initial === "function" ? "call it: glorotUniform()" : "such as glorotUniform()";
    throw new UserError(`${who}: the initial values need an initializer, not a ${typeof initial}; ${hint}`);
  }
  const values = initial.draw(key, shape);
  if (values.shape.join() === shape.join()) return values;
  throw new UserError(`${who}: the initializer ${initial.name} gave [${values.shape}] for [${shape}]`);
}
